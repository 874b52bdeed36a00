/* case
{"about": "taking null apart"}
*/
const a = null;
const f = () => {
  const { b } = a;
  return b;
};
return f();
/* transcript
threw: TypeError: Cannot convert undefined or null to object
at: 6:9 in f
at: 9:8 in top level
*/
/* transcript boa
threw: TypeError: Cannot destructure 'null' value
at: 6:9 in f
at: 9:8 in top level
*/
