// The imports of the world `script` in wit/, as componentize-js provides them.
declare module "callbox:script/tools@0.1.0" {
  /** `data` is JSON text. */
  export interface ToolFailure {
    code: string;
    tool: string;
    message: string;
    retryable: boolean;
    data?: string;
  }
  /** A call in flight. */
  export interface Call {
    hasEnded(): boolean;
  }
  export function startCall(server: string, tool: string, args: string): Call;
  /** Throws an error whose `payload` is a `ToolFailure`. */
  export function awaitCall(call: Call): string;
  /** Returns the index of the call that ended first; undefined if none has ended in that time. */
  export function awaitAnyFor(calls: Call[], milliseconds: bigint): number | undefined;
}

declare module "callbox:script/console@0.1.0" {
  export function log(level: "debug" | "log" | "info" | "warn" | "error", text: string): void;
}

declare function setTimeout(run: () => void, milliseconds?: number): number;
declare function clearTimeout(timer: number): void;
