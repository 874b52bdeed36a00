// A convenient wrapper around the world `script` in wit/: values instead of JSON text, and promises for calls.
import { log } from "callbox:script/console@0.1.0";
import { awaitAnyFor, awaitCall, startCall, type Call, type ToolFailure } from "callbox:script/tools@0.1.0";

export { log };

/** Why a call failed. */
export class ToolError extends Error {
  readonly code: string;
  readonly tool: string;
  readonly retryable: boolean;
  readonly data: unknown;

  constructor({ code, tool, message, retryable, data }: ToolFailure) {
    super(message);
    this.name = "ToolError";
    [this.code, this.tool, this.retryable] = [code, tool, retryable];
    this.data = data && JSON.parse(data);
  }
}

interface Awaited {
  handle: Call;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Calls that a promise waits for. */
const awaited: Awaited[] = [];

/** Milliseconds to wait for calls at a time; timers fire in between. Each wake-up costs CPU time. */
const WAIT_MS = { first: 10, most: 100 };
let waitMs = WAIT_MS.first;

/** Calls a tool. All started calls are in flight together. */
export function call<T>(server: string, tool: string, args: object = {}): Promise<T> {
  return new Promise<unknown>((resolve, reject) => {
    const handle = startCall(server, tool, JSON.stringify(args));
    if (awaited.push({ handle, resolve, reject }) === 1) setTimeout(settleNext);
  }) as Promise<T>;
}

/** Runs when the script has nothing else to do. */
function settleNext(): void {
  const first = awaitAnyFor(awaited.map(({ handle }) => handle), BigInt(waitMs));
  waitMs = first === undefined ? Math.min(waitMs * 2, WAIT_MS.most) : WAIT_MS.first;
  if (first !== undefined) awaited.splice(first, 1).forEach(settle);
  if (awaited.length > 0) setTimeout(settleNext);
}

function settle({ handle, resolve, reject }: Awaited): void {
  try {
    resolve(JSON.parse(awaitCall(handle)));
  } catch (error) {
    const { payload } = error as { payload?: ToolFailure };
    reject(payload ? new ToolError(payload) : error);
  }
}

/** Makes the world's `run` from a function that takes the input and returns the value. */
export function script<I, O>(main: (input: I) => Promise<O> | O): (input: string) => Promise<string> {
  return async (input) => {
    try {
      return JSON.stringify((await main(JSON.parse(input))) ?? null);
    } catch (error) {
      throw { payload: failure(error) };
    }
  };
}

function failure(error: unknown) {
  const { code, data } = Object(error);
  return {
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === "string" ? code : undefined,
    data: data === undefined ? undefined : JSON.stringify(data),
  };
}
