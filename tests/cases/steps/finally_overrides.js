/* case
{}
*/
async function f() {
  try { return await tools.kit.fail({ message: 'x' }); }
  finally { return await tools.kit.echo({ value: 'finally wins' }); }
}
return f();
