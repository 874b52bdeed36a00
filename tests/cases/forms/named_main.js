/* case
{}
*/
function helper(x) { return x + 1; }
function main() {
  return helper(1);
}
/* transcript
returned: 2
*/
