/* case
{"about": "what cannot be seen before the run throws in it"}
*/
const name = 'ec' + 'o';
return await tools.kit[name]({});
