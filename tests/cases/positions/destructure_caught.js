/* case
{"about": "a caught value that cannot be taken apart"}
*/
try {
  null.x;
} catch ({ a: { b } }) {
  return b;
}
/* transcript
threw: TypeError: Cannot convert undefined or null to object
at: 6:15 in top level
*/
/* transcript boa
threw: TypeError: Cannot destructure 'undefined' value
at: 6:15 in top level
*/
