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
