/* case
{"about": "raw JSON crosses with its digits, and what no number holds is refused"}
*/
console.log(JSON.stringify([JSON.rawJSON("1.50"), JSON.rawJSON('"a"')]));
let made = "refused at once";
try { made = JSON.rawJSON("1e400"); } catch {}
return [JSON.rawJSON("1.50"), JSON.rawJSON('"a"'), JSON.rawJSON("null"), typeof made === "string" ? NaN : made];
/* transcript
threw: TypeError: the returned value cannot be JSON: `$[3]` is Infinity [not_json]
hint: Give null or a string in its place.
log: [1.50,"a"]
*/
/* transcript boa
threw: TypeError: the returned value cannot be JSON: `$[3]` is NaN [not_json]
hint: Give null or a string in its place.
log: [1.50,"a"]
*/
