/* case
{"usage": ["tool_calls"]}
*/
const p = tools.kit.echo({ value: [1] });
const [a, b] = [await p, await p];
return a === b;
/* transcript
returned: true
call: 0 kit.echo({"value":[1]}) finished, 3 bytes
usage: tool_calls 1
*/
