/* case
{}
*/
function f() {
  await tools.kit.echo({});
}
f();
