/* case
{"about": "an immediately called function gives its value"}
*/
(async () => {
  return await tools.kit.add({ a: 20, b: 1 });
})()
