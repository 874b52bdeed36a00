/* case
{}
*/
async function () {
  return 9;
}
/* transcript
returned: 9
*/
