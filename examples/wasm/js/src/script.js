// The time in two places, and in one that does not exist.
import { call, log, script } from "./callbox.js";

export const run = script(({ timezone }) => {
  const zones = [timezone, "Asia/Tokyo"];
  const [here, there] = zones.map((timezone) => time(call("time", "get_current_time", { timezone })));
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
