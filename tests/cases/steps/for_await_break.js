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
