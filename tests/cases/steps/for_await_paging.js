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
