/* case
{"about": "only a last expression statement counts, not one in a branch"}
*/
const a = 3;
if (a > 2) {
  a * 2;
} else {
  0;
}
