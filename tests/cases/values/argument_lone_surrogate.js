/* case
{}
*/
try { return await tools.kit.echo({ value: '\ud800' }); } catch (e) { return e.message; }
/* transcript
returned: "�"
call: 0 kit.echo({"value":"�"}) finished, 5 bytes
*/
