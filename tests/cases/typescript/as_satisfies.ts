/* case
{}
*/
const v = { a: 1 } as const satisfies Record<string, number>;
const w = v as unknown as { a: string };
return w.a;
/* transcript
returned: 1
*/
