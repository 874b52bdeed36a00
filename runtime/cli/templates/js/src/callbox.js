// The world `script` of wit/ as a script would like it: values in the place of JSON text, errors that are thrown.
// One call at a time: componentize-js 0.23 cannot pass on the handles of `start-call`, a resource without methods.
import { log } from "callbox:script/console@0.1.0";
import { callTool } from "callbox:script/tools@0.1.0";

export { log };

/** Why a call failed: `code`, `tool`, `message`, `retryable`, `data`. */
export class ToolError extends Error {
  constructor({ code, tool, message, retryable, data }) {
    super(message);
    Object.assign(this, { name: "ToolError", code, tool, retryable, data: data && JSON.parse(data) });
  }
}

/** Calls a tool and waits for its result. */
export function call(server, tool, args = {}) {
  return settled(() => callTool(server, tool, JSON.stringify(args)));
}

/** The world's `run` of a function from the input to the value it returns. */
export function script(main) {
  return (input) => {
    try {
      return JSON.stringify(main(JSON.parse(input)) ?? null);
    } catch (error) {
      throw { payload: failure(error) };
    }
  };
}

function settled(wait) {
  try {
    return JSON.parse(wait());
  } catch (error) {
    throw error.payload ? new ToolError(error.payload) : error;
  }
}

function failure(error) {
  const { code, data } = Object(error);
  return {
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === "string" ? code : undefined,
    data: data === undefined ? undefined : JSON.stringify(data),
  };
}
