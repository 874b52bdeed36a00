/* case
{}
*/
let tries = 0;
for (;;) {
  try {
    return await tools.kit.flaky({ key: 'k', failures: 2 });
  } catch (e) {
    if (!e.retryable || ++tries > 5) throw e;
  }
}
/* transcript
returned: {"tries":3}
call: 0 kit.flaky({"key":"k","failures":2}) failed, unreachable: try 1 was refused
call: 1 kit.flaky({"key":"k","failures":2}) failed, unreachable: try 2 was refused
call: 2 kit.flaky({"key":"k","failures":2}) finished, 11 bytes
*/
