/* case
{"usage": ["tool_calls"]}
*/
const p = tools.kit.echo({ value: [1] });
const [a, b] = [await p, await p];
return a === b;
