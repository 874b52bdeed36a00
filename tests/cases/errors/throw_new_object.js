/* case
{"about": "an object that is no error has the place of its throw"}
*/
class Fail {
  constructor(reason) { this.reason = reason; }
}
function fails() {
  throw new Fail('why');
}
fails();
/* transcript
threw: Fail { reason: 'why' }
at: 8:3 in top level
*/
