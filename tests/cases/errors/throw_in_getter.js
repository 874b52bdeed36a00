/* case
{}
*/
const o = {
  get bad() { throw new Error('getter'); },
};
return o.bad;
/* transcript
threw: Error: getter
at: 5:21 in get bad
at: 7:10 in top level
*/
