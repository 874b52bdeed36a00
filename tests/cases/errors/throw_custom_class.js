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
