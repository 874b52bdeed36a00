/* case
{}
*/
async () => {
  const a = 1;
  throw new Error('in an arrow');
}
