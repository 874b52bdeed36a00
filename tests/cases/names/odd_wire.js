/* case
{"about": "each wire name reaches exactly its own tool", "servers": ["odd"]}
*/
const names = ['list-items', 'list items', 'list.items', 'then', '__proto__', 'constructor', 'toString', '', '7zip', 'default', '*/'];
const out = [];
for (const name of names) {
  out.push(await tools.odd[name]({}));
}
return out;
/* transcript
returned: ["called \"list-items\"","called \"list items\"","called \"list.items\"","called \"then\"","called \"__proto__\"","called \"constructor\"","called \"toString\"","called \"\"","called \"7zip\"","called \"default\"","called \"*\/\""]
call: 0 odd.list-items({}) finished, 23 bytes
call: 1 odd.list items({}) finished, 23 bytes
call: 2 odd.list.items({}) finished, 23 bytes
call: 3 odd.then({}) finished, 17 bytes
call: 4 odd.__proto__({}) finished, 22 bytes
call: 5 odd.constructor({}) finished, 24 bytes
call: 6 odd.toString({}) finished, 21 bytes
call: 7 odd.({}) finished, 13 bytes
call: 8 odd.7zip({}) finished, 17 bytes
call: 9 odd.default({}) finished, 20 bytes
call: 10 odd.*\/({}) finished, 15 bytes
*/
