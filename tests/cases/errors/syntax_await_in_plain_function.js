/* case
{}
*/
function f() {
  await tools.kit.echo({});
}
f();
/* transcript
rejected: syntax at 5:3: `await` is only allowed within async functions and at the top levels of modules
hint: Either remove this `await` or add the `async` keyword to the enclosing function.
*/
