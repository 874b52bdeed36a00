/* case
{"about": "an immediately called function gives its value"}
*/
(async () => {
  return await tools.kit.add({ a: 20, b: 1 });
})()
/* transcript
returned: 21
call: 0 kit.add({"a":20,"b":1}) finished, 2 bytes
*/
