/* case
{"servers": []}
*/
return tools.kit.add({ a: 1, b: 2 });
