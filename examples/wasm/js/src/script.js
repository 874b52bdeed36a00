// The time in two places, and in one that does not exist.
import { call, log, script } from "./callbox.js";

export const run = script(async ({ timezone }) => {
  const zones = [timezone, "Asia/Tokyo"];
  const [here, there] = await Promise.all(zones.map((timezone) => call("time", "get_current_time", { timezone })));
  log("log", `${here.datetime} and ${there.datetime}`);
  let refused;
  try {
    await call("time", "get_current_time", { timezone: "Nowhere/Land" });
  } catch (error) {
    refused = error.code;
  }
  return { here: time(here), there: time(there), refused };
});

function time({ timezone, datetime }) {
  return { timezone, datetime };
}
