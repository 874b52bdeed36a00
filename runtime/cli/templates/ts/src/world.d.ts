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
  /** A call under way. */
  export interface Call {
    hasEnded(): boolean;
  }
  export function startCall(server: string, tool: string, args: string): Call;
  /** Throws an error whose `payload` is a `ToolFailure`. */
  export function awaitCall(call: Call): string;
  /** The place of one that has ended. */
  export function awaitAny(calls: Call[]): number;
}

declare module "callbox:script/console@0.1.0" {
  export function log(level: "debug" | "log" | "info" | "warn" | "error", text: string): void;
}

declare function setTimeout(run: () => void): void;
