/* case
{}
*/
class A {
  static #count: number = 0;
  static next(this: typeof A): number { return ++A.#count; }
}
A.next();
return A.next();
/* transcript
returned: 2
*/
