// A convenient wrapper around the world `script` in wit/: values instead of JSON text, and promises for calls.
import { log } from "callbox:script/console@0.1.0";
import { awaitAnyFor, awaitCall, startCall } from "callbox:script/tools@0.1.0";

export { log };

/** Why a call failed: `code`, `tool`, `message`, `retryable`, `data`. */
export class ToolError extends Error {
  constructor({ code, tool, message, retryable, data }) {
    super(message);
    Object.assign(this, { name: "ToolError", code, tool, retryable, data: data && JSON.parse(data) });
  }
}

/** Calls that a promise waits for. */
const awaited = [];

/** Milliseconds to wait for calls at a time; timers fire in between. Each wake-up costs CPU time. */
const WAIT_MS = { first: 10, most: 100 };
let waitMs = WAIT_MS.first;

/** Calls a tool. All started calls are in flight together. */
export function call(server, tool, args = {}) {
  return new Promise((resolve, reject) => {
    const handle = startCall(server, tool, JSON.stringify(args));
    if (awaited.push({ handle, resolve, reject }) === 1) setTimeout(settleNext);
  });
}

/** Runs when the script has nothing else to do. */
function settleNext() {
  const first = awaitAnyFor(awaited.map(({ handle }) => handle), BigInt(waitMs));
  waitMs = first === undefined ? Math.min(waitMs * 2, WAIT_MS.most) : WAIT_MS.first;
  if (first !== undefined) awaited.splice(first, 1).forEach(settle);
  if (awaited.length > 0) setTimeout(settleNext);
}

function settle({ handle, resolve, reject }) {
  try {
    resolve(JSON.parse(awaitCall(handle)));
  } catch (error) {
    reject(error.payload ? new ToolError(error.payload) : error);
  }
}

/** Makes the world's `run` from a function that takes the input and returns the value. */
export function script(main) {
  return async (input) => {
    try {
      return JSON.stringify((await main(JSON.parse(input))) ?? null);
    } catch (error) {
      throw { payload: failure(error) };
    }
  };
}

function failure(error) {
  const { code, data } = Object(error);
  return {
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === "string" ? code : undefined,
    data: data === undefined ? undefined : JSON.stringify(data),
  };
}
