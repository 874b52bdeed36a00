/* case
{}
*/
return {
  fine: 1,
  get bad() {
    throw new Error('while the result is read');
  },
};
/* transcript
threw: Error: while the result is read
at: 7:11 in get bad
*/
