// A script for callbox: two calls, one that fails, and one value back.
import { call, log, script, ToolError } from "./callbox";

interface Issue {
  number: number;
  title: string;
}

interface Comments {
  comments: { author: string; body: string }[];
}

export const run = script((input: { number: number }) => {
  const issue = call<Issue>("tracker", "get_issue", input);
  const comments = call<Comments>("tracker", "list_comments", input);
  log("info", `${issue.title} has ${comments.comments.length} comments`);
  return { issue, comments, refused: codeOfFailure() };
});

function codeOfFailure(): string | undefined {
  try {
    call("tracker", "get_issue", { number: 0 });
  } catch (error) {
    if (error instanceof ToolError) return error.code;
    throw error;
  }
}
