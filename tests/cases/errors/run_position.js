/* case
{}
*/
async function run() {
  throw new Error('in run');
}
