// A script for callbox: two calls in flight together, one that fails, and one value back.
import { call, log, script, ToolError } from "./callbox";

interface Issue {
  number: number;
  title: string;
}

interface Comments {
  comments: { author: string; body: string }[];
}

export const run = script(async (input: { number: number }) => {
  const [issue, comments] = await Promise.all([
    call<Issue>("tracker", "get_issue", input),
    call<Comments>("tracker", "list_comments", input),
  ]);
  log("info", `${issue.title} has ${comments.comments.length} comments`);
  return { issue, comments, refused: await codeOfFailure() };
});

async function codeOfFailure(): Promise<string | undefined> {
  try {
    await call("tracker", "get_issue", { number: 0 });
  } catch (error) {
    if (error instanceof ToolError) return error.code;
    throw error;
  }
}
