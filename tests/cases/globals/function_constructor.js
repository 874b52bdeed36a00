/* case
{"about": "code made at run time sees no more than the globals"}
*/
return [Function('return typeof tools')(), new Function('a', 'return a + 1')(1), (0, eval)('typeof input')];
/* transcript
returned: ["undefined",2,"undefined"]
*/
