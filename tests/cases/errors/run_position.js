/* case
{}
*/
async function run() {
  throw new Error('in run');
}
/* transcript
threw: Error: in run
at: 5:9 in run
at: 4:16 in top level
*/
