/* case
{}
*/
class A {
  constructor() {
    this.x = undefined.y;
  }
}
new A();
/* transcript
threw: TypeError: cannot convert 'null' or 'undefined' to object
at: 6:24 in A
at: 9:1 in top level
*/
