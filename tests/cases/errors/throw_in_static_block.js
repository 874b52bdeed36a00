/* case
{}
*/
class A {
  static x = 1;
  static {
    throw new Error('static block');
  }
}
