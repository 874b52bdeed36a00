/* case
{"about": "each identifier reaches exactly its own tool", "servers": ["odd"]}
*/
const out = [];
for (const name of Object.keys(tools.odd)) out.push([name, await tools.odd[name]({})]);
return out;
/* transcript
returned: [["list_items_f22a8b","called \"list-items\""],["list_items","called \"list_items\""],["list_items_b3a2ea","called \"list items\""],["list_items_e03487","called \"list.items\""],["then_","called \"then\""],["catch_","called \"catch\""],["__proto___","called \"__proto__\""],["constructor_","called \"constructor\""],["prototype_","called \"prototype\""],["toString_","called \"toString\""],["hasOwnProperty_","called \"hasOwnProperty\""],["toJSON_","called \"toJSON\""],["default_","called \"default\""],["delete_","called \"delete\""],["class_","called \"class\""],["await_","called \"await\""],["_","called \"\""],["_7zip","called \"7zip\""],["$dollar","called \"$dollar\""],["_n_","called \"ünï\""],["_evil","called \"\\u{202e}evil\""],["new_line","called \"new\\nline\""],["quote___","called \"quote\\\"'`\""],["__","called \"*\/\""],["listItems","called \"listItems\""],["LIST_ITEMS","called \"LIST_ITEMS\""],["nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn","called \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\""]]
call: 0 odd.list-items({}) finished, 23 bytes
call: 1 odd.list_items({}) finished, 23 bytes
call: 2 odd.list items({}) finished, 23 bytes
call: 3 odd.list.items({}) finished, 23 bytes
call: 4 odd.then({}) finished, 17 bytes
call: 5 odd.catch({}) finished, 18 bytes
call: 6 odd.__proto__({}) finished, 22 bytes
call: 7 odd.constructor({}) finished, 24 bytes
call: 8 odd.prototype({}) finished, 22 bytes
call: 9 odd.toString({}) finished, 21 bytes
call: 10 odd.hasOwnProperty({}) finished, 27 bytes
call: 11 odd.toJSON({}) finished, 19 bytes
call: 12 odd.default({}) finished, 20 bytes
call: 13 odd.delete({}) finished, 19 bytes
call: 14 odd.class({}) finished, 18 bytes
call: 15 odd.await({}) finished, 18 bytes
call: 16 odd.({}) finished, 13 bytes
call: 17 odd.7zip({}) finished, 17 bytes
call: 18 odd.$dollar({}) finished, 20 bytes
call: 19 odd.ünï({}) finished, 18 bytes
call: 20 odd.\u{202e}evil({}) finished, 26 bytes
call: 21 odd.new\nline({}) finished, 23 bytes
call: 22 odd.quote"'`({}) finished, 24 bytes
call: 23 odd.*\/({}) finished, 15 bytes
call: 24 odd.listItems({}) finished, 22 bytes
call: 25 odd.LIST_ITEMS({}) finished, 23 bytes
call: 26 odd.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn({}) finished, 213 bytes
*/
