// A script for callbox: two calls in flight together, one that fails, and one value back.
import { call, log, script } from "./callbox.js";

export const run = script(async (input) => {
  const [issue, comments] = await Promise.all([
    call("tracker", "get_issue", input),
    call("tracker", "list_comments", input),
  ]);
  log("info", `${issue.title} has ${comments.comments.length} comments`);
  let refused;
  try {
    await call("tracker", "get_issue", { number: 0 });
  } catch (error) {
    refused = error.code;
  }
  return { issue, comments, refused };
});
