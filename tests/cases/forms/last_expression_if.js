/* case
{"about": "only a last expression statement counts, not one in a branch"}
*/
const a = 3;
if (a > 2) {
  a * 2;
} else {
  0;
}
/* transcript
returned: null
note: the script returned nothing; end it with `return value`
*/
