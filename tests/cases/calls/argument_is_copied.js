/* case
{"about": "arguments are taken when the call is made"}
*/
const value = { n: 1 };
const p = tools.kit.echo({ value });
value.n = 2;
return await p;
/* transcript
returned: {"n":1}
call: 0 kit.echo({"value":{"n":1}}) finished, 7 bytes
*/
