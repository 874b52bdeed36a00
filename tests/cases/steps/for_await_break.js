/* case
{}
*/
let closed = false;
async function* g() {
  try {
    for (let i = 0; ; i++) yield await tools.kit.echo({ value: i });
  } finally {
    closed = true;
  }
}
for await (const v of g()) if (v === 2) break;
return closed;
/* transcript
returned: true
call: 0 kit.echo({"value":0}) finished, 1 bytes
call: 1 kit.echo({"value":1}) finished, 1 bytes
call: 2 kit.echo({"value":2}) finished, 1 bytes
*/
