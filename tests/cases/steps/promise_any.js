/* case
{}
*/
return Promise.any([tools.kit.fail({ message: 'x' }), tools.kit.echo({ value: 'any' })]);
/* transcript
returned: "any"
call: 0 kit.fail({"message":"x"}) failed, tool_failed: x
call: 1 kit.echo({"value":"any"}) finished, 5 bytes
*/
