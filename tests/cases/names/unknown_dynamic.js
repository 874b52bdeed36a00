/* case
{"about": "what cannot be seen before the run throws in it"}
*/
const name = 'ec' + 'o';
return await tools.kit[name]({});
/* transcript
threw: TypeError: unknown tool `eco` of server `kit`; nearest: `echo` [unknown_tool]
at: 5:24 in top level
*/
