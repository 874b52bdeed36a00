// The time in two places at once, and in one that does not exist.
import { call, log, script, start } from "./callbox.js";

export const run = script(({ timezone }) => {
  const begun = [timezone, "Asia/Tokyo"].map((timezone) => start("time", "get_current_time", { timezone }));
  const [here, there] = begun.map((call) => time(call.result()));
  log("log", `${here.datetime} and ${there.datetime}`);
  let refused;
  try {
    call("time", "get_current_time", { timezone: "Nowhere/Land" });
  } catch (error) {
    refused = error.code;
  }
  return { here, there, refused };
});

function time({ timezone, datetime }) {
  return { timezone, datetime };
}
