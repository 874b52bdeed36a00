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
/* transcript
threw: Error: level 1 b
at: 13:9 in pick
at: 15:1 in top level
*/
