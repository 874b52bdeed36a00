// A call that takes longer than the script will wait, beside one that does not.
import { call, script } from "./callbox.js";

const after = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));

export const run = script(async () => {
  const slow = call("s", "linger", { ms: 2000 });
  const first = await Promise.race([slow, after(100, "late")]);
  const quick = await call("s", "linger", { ms: 1 });
  return [first, quick, await slow];
});
