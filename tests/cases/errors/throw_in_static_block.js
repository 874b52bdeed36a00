/* case
{}
*/
class A {
  static x = 1;
  static {
    throw new Error('static block');
  }
}
/* transcript
threw: Error: static block
at: 7:11 in top level
at: 5:14 in top level
at: 4:1 in top level
*/
/* transcript boa
threw: Error: static block
at: 7:11 in top level
*/
