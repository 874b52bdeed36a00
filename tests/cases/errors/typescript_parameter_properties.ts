/* case
{}
*/
class P {
  constructor(private readonly a: number, public b: string) {}
  go(): never { throw new Error(this.b + this.a); }
}
const p = new P(1, 'x'); p.go();
/* transcript
threw: Error: x1
at: 6:23 in go
at: 8:28 in top level
*/
/* transcript boa
threw: Error: x1
at: 6:23 in top level
at: 8:28 in top level
*/
