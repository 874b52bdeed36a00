/* case
{}
*/
'abc'.replace(/b/g, () => {
  throw new Error('in replacer');
});
/* transcript
threw: Error: in replacer
at: 5:9 in top level
at: 4:7 in top level
*/
