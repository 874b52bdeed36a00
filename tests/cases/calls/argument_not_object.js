/* case
{}
*/
const out = [];
for (const a of [1, 'x', null, [1], true]) {
  try { await tools.kit.echo(a); out.push('accepted'); } catch (e) { out.push([e.name, e.code, e.message]); }
}
return out;
/* transcript
returned: [["ToolError","invalid_arguments","arguments must be one object, found number"],["ToolError","invalid_arguments","arguments must be one object, found string"],["ToolError","invalid_arguments","arguments must be one object, found null"],["ToolError","invalid_arguments","arguments must be one object, found something else"],["ToolError","invalid_arguments","arguments must be one object, found boolean"]]
*/
