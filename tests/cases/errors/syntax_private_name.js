/* case
{}
*/
class A { f() { return this.#x; } }
/* transcript
rejected: syntax at 4:29: private field '#x' must be declared in an enclosing class
*/
