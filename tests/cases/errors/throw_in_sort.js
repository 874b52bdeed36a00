/* case
{}
*/
[3, 2, 1].sort((a, b) => {
  throw new Error('in comparator');
});
/* transcript
threw: Error: in comparator
at: 5:9 in top level
at: 4:11 in top level
*/
