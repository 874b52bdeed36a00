/* case
{}
*/
const m = new Map<string, { x?: { y: number } }>([['k', { x: { y: 2 } }]]);
return m.get('k')!.x?.y ?? 0;
/* transcript
returned: 2
*/
