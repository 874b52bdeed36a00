/* case
{"about": "inside a callback of a built-in"}
*/
return [3, 1].map(v => {
  return v - 1n;
});
/* transcript
threw: TypeError: cannot convert BigInt to number
at: 5:10 in top level
at: 4:15 in top level
*/
/* transcript boa
threw: TypeError: cannot mix BigInt and other types, use explicit conversions
at: 5:10 in top level
at: 4:15 in top level
*/
