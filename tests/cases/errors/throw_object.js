/* case
{}
*/
if (true) {
  throw { code: 'E_MINE', detail: [1, 2] };
}
/* transcript
threw: { code: 'E_MINE', detail: [ 1, 2 ] }
at: 5:3 in top level
*/
