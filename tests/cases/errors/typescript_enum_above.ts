/* case
{"about": "erased and expanded TypeScript above does not move a place"}
*/
enum Level {
  Low,
  High,
}
interface Foo {
  a: string;
}
const x: Foo = { a: 'b' };
function pick<T>(v: T): T {
  throw new Error(`level ${Level.High} ${x.a}`);
}
pick<Foo>(x);
