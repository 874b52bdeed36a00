/* case
{}
*/
async function () {
  return 9;
}
