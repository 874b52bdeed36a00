/* case
{}
*/
globalThis.x = 1;
var y = 2;
return [globalThis.x, globalThis.y ?? 'not global', delete globalThis.x];
/* transcript
returned: [1,"not global",true]
*/
