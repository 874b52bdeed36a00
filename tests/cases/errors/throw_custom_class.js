/* case
{}
*/
class MyError extends Error {
  constructor(m) { super(m); this.name = 'MyError'; this.code = 'mine'; }
}
function go() {
  throw new MyError('custom');
}
go();
/* transcript
threw: MyError: custom [mine]
at: 5:20 in MyError
at: 8:9 in go
at: 10:1 in top level
*/
