/* case
{}
*/
async function f() {
  try { return await tools.kit.fail({ message: 'x' }); }
  finally { return await tools.kit.echo({ value: 'finally wins' }); }
}
return f();
/* transcript
returned: "finally wins"
call: 0 kit.fail({"message":"x"}) failed, tool_failed: x
call: 1 kit.echo({"value":"finally wins"}) finished, 14 bytes
*/
