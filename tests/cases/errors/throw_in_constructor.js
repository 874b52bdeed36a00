/* case
{}
*/
class A {
  constructor() {
    this.x = undefined.y;
  }
}
new A();
