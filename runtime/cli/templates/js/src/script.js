// A script for callbox: two calls in flight together, one that fails, and one value back.
import { call, log, script, start } from "./callbox.js";

export const run = script((input) => {
  const begun = [start("tracker", "get_issue", input), start("tracker", "list_comments", input)];
  const [issue, comments] = begun.map((call) => call.result());
  log("info", `${issue.title} has ${comments.comments.length} comments`);
  let refused;
  try {
    call("tracker", "get_issue", { number: 0 });
  } catch (error) {
    refused = error.code;
  }
  return { issue, comments, refused };
});
