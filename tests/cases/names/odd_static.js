/* case
{"servers": ["odd"]}
*/
return [
  await tools.odd['list-items']({}),
  await tools.odd.list_items({}),
  await tools.odd['then']({}),
  await tools.odd['__proto__']({}),
  await tools.odd['constructor']({}),
  await tools.odd['']({}),
  await tools.odd['list.items']({}),
  await tools.odd['list items']({}),
];
