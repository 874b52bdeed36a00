/* case
{}
*/
async () => {
  const a = 1;
  throw new Error('in an arrow');
}
/* transcript
threw: Error: in an arrow
at: 6:9 in result
at: 4:1 in top level
*/
