/* case
{"limits": {"drain_ms_max": 20}}
*/
const late = new Promise((_, reject) => setTimeout(() => reject(new Error('gave up')), 5));
try {
  return await Promise.race([tools.kit.never({}), late]);
} catch (e) {
  return e.message;
}
/* transcript
returned: "gave up"
call: 0 kit.never({}) unknown: sent, and no answer came; it may have taken effect
note: the script ended while calls it did not await were still pending
*/
