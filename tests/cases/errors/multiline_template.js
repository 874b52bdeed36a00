/* case
{}
*/
const s = `


`;
throw new Error('after ' + s.length);
/* transcript
threw: Error: after 3
at: 8:7 in top level
*/
