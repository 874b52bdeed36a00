/* case
{}
*/
async function* pages() {
  let cursor = 0;
  while (cursor !== null) {
    const page = await tools.kit.page({ cursor });
    yield* page.items;
    cursor = page.next;
  }
}
const all = [];
for await (const item of pages()) all.push(item);
return all;
/* transcript
returned: [0,1,2,3,4,5,6]
call: 0 kit.page({"cursor":0}) finished, 24 bytes
call: 1 kit.page({"cursor":2}) finished, 24 bytes
call: 2 kit.page({"cursor":4}) finished, 24 bytes
call: 3 kit.page({"cursor":6}) finished, 25 bytes
*/
