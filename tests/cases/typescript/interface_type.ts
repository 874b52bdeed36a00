/* case
{}
*/
interface Issue { id: number; title?: string }
type Pair<A, B = string> = [A, B];
const i: Issue = { id: 1 };
const p: Pair<number> = [i.id, 'x'];
return p;
/* transcript
returned: [1,"x"]
*/
