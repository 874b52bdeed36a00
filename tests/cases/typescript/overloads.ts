/* case
{}
*/
function f(a: string): string;
function f(a: number): number;
function f(a: any): any { return a; }
return [f(1), f('a')];
/* transcript
returned: [1,"a"]
*/
