/* case
{}
*/
const m = await import('node:fs');
return m;
