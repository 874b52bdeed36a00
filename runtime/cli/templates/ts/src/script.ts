// A script for callbox: two calls in flight together, one that fails, and one value back.
import { call, log, script, start, ToolError } from "./callbox";

interface Issue {
  number: number;
  title: string;
}

interface Comments {
  comments: { author: string; body: string }[];
}

export const run = script((input: { number: number }) => {
  const begun = [start<Issue>("tracker", "get_issue", input), start<Comments>("tracker", "list_comments", input)] as const;
  const issue = begun[0].result();
  const comments = begun[1].result();
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
