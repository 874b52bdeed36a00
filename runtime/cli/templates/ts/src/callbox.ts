// The world `script` of wit/ as a script would like it: values in the place of JSON text, errors that are thrown.
// One call at a time: componentize-js 0.23 cannot pass on the handles of `start-call`, a resource without methods.
import { log } from "callbox:script/console@0.1.0";
import { callTool, type ToolFailure } from "callbox:script/tools@0.1.0";

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

/** Calls a tool and waits for its result. */
export function call<T>(server: string, tool: string, args: object = {}): T {
  return settled(() => callTool(server, tool, JSON.stringify(args)));
}

/** The world's `run` of a function from the input to the value it returns. */
export function script<I, O>(main: (input: I) => O): (input: string) => string {
  return (input) => {
    try {
      return JSON.stringify(main(JSON.parse(input)) ?? null);
    } catch (error) {
      throw { payload: failure(error) };
    }
  };
}

function settled<T>(wait: () => string): T {
  try {
    return JSON.parse(wait());
  } catch (error) {
    const { payload } = error as { payload?: ToolFailure };
    throw payload ? new ToolError(payload) : error;
  }
}

function failure(error: unknown) {
  const { code, data } = Object(error);
  return {
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === "string" ? code : undefined,
    data: data === undefined ? undefined : JSON.stringify(data),
  };
}
