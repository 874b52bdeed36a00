/* case
{"about": "a name that is only known at run time has a place too"}
*/
async function go(name) {
  return tools.kit[name]({});
}
await go('ecco');
/* transcript
threw: TypeError: unknown tool `ecco` of server `kit`; nearest: `echo` [unknown_tool]
at: 5:20 in go
at: 7:7 in top level
*/
