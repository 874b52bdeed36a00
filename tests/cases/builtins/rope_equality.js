/* case
{"about": "a text made of parts equals the same text made at once, by either operator"}
*/
const half = "x".repeat(600), whole = "x".repeat(1200), made = half + half;
let grown = "";
for (let i = 0; i < 9000; i++) grown += "y";
return [made == whole, made === whole, made != whole, grown == "y".repeat(9000), [made].some(part => part == whole), Object(made) == whole];
/* transcript
returned: [true,true,false,true,true,true]
*/
