/* case
{}
*/
function f() {
  return [1, 2;
}
/* transcript
rejected: syntax at 5:15: expected `,` or `]` but found `;`
hint: See 5:10: opened here.
*/
