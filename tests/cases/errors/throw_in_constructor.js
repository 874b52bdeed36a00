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
threw: TypeError: Cannot read properties of undefined (reading 'y')
at: 6:24 in A
at: 9:1 in top level
*/
