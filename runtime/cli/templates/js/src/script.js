// A script for callbox: two calls, one that fails, and one value back.
import { call, log, script } from "./callbox.js";

export const run = script((input) => {
  const issue = call("tracker", "get_issue", input);
  const comments = call("tracker", "list_comments", input);
  log("info", `${issue.title} has ${comments.comments.length} comments`);
  let refused;
  try {
    call("tracker", "get_issue", { number: 0 });
  } catch (error) {
    refused = error.code;
  }
  return { issue, comments, refused };
});
