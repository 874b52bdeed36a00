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
  /** The place of the one that ended first; undefined if none has in that time. */
  export function awaitAnyFor(calls: Call[], milliseconds: bigint): number | undefined;
}

declare module "callbox:script/console@0.1.0" {
  export function log(level: "debug" | "log" | "info" | "warn" | "error", text: string): void;
}

declare function setTimeout(run: () => void, milliseconds?: number): number;
declare function clearTimeout(timer: number): void;
