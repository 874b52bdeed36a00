/* case
{}
*/
class Counter { #n = 0; static made = 0; constructor() { Counter.made++; } inc = () => ++this.#n; }
const c = new Counter();
c.inc();
return [c.inc(), Counter.made];
/* transcript
returned: [2,1]
*/
