/* case
{}
*/
abstract class Base {
  constructor(protected readonly n: number, private m = 2) {}
  abstract go(): number;
  get sum(): number { return this.n + this.m; }
}
class Real extends Base {
  declare extra: string;
  go(): number { return this.sum; }
}
return new Real(40).go();
/* transcript
returned: 42
*/
