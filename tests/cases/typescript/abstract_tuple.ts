/* case
{}
*/
type Args = Parameters<(a: string, b?: number) => void>;
const a: Args = ['x'];
const [s, n = 7]: Args = a;
return [s, n];
/* transcript
returned: ["x",7]
*/
