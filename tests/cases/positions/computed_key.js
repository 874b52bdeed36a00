/* case
{"about": "an unknown tool by a computed key"}
*/
const n = "kitt";
return await tools
  [n].echo({});
/* transcript
threw: TypeError: unknown server `kitt`; nearest: `kit` [unknown_server]
at: 6:4 in top level
*/
