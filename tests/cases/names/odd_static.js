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
/* transcript
returned: ["called \"list-items\"","called \"list_items\"","called \"then\"","called \"__proto__\"","called \"constructor\"","called \"\"","called \"list.items\"","called \"list items\""]
call: 0 odd.list-items({}) finished, 23 bytes
call: 1 odd.list_items({}) finished, 23 bytes
call: 2 odd.then({}) finished, 17 bytes
call: 3 odd.__proto__({}) finished, 22 bytes
call: 4 odd.constructor({}) finished, 24 bytes
call: 5 odd.({}) finished, 13 bytes
call: 6 odd.list.items({}) finished, 23 bytes
call: 7 odd.list items({}) finished, 23 bytes
*/
