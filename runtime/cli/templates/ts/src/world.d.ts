// What the world `script` of wit/ imports, as componentize-js passes it.
declare module "callbox:script/tools@0.1.0" {
  /** JSON text is in `data`. */
  export interface ToolFailure {
    code: string;
    tool: string;
    message: string;
    retryable: boolean;
    data?: string;
  }
  /** Throws an error whose `payload` is a `ToolFailure`. */
  export function callTool(server: string, tool: string, args: string): string;
}

declare module "callbox:script/console@0.1.0" {
  export function log(level: "debug" | "log" | "info" | "warn" | "error", text: string): void;
}
