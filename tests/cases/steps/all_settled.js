/* case
{}
*/
const r = await Promise.allSettled([tools.kit.echo({ value: 1 }), tools.kit.fail({ message: 'x' })]);
return r.map((s) => [s.status, s.value ?? s.reason.message]);
/* transcript
returned: [["fulfilled",1],["rejected","x"]]
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.fail({"message":"x"}) failed, tool_failed: x
*/
