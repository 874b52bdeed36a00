/* case
{"about": "a name that is only known at run time has a place too"}
*/
async function go(name) {
  return tools.kit[name]({});
}
await go('ecco');
