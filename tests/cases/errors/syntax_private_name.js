/* case
{}
*/
class A { f() { return this.#x; } }
