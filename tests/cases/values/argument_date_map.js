/* case
{}
*/
const out = [await tools.kit.echo({ value: new Date(0) })];
try { out.push(await tools.kit.echo({ value: new Map([[1, 2]]) })); } catch (e) { out.push(e.message); }
return out;
/* transcript
returned: ["1970-01-01T00:00:00.000Z",[[1,2]]]
call: 0 kit.echo({"value":"1970-01-01T00:00:00.000Z"}) finished, 26 bytes
call: 1 kit.echo({"value":[[1,2]]}) finished, 7 bytes
*/
