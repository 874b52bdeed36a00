/* case
{"about": "a type-only import is erased"}
*/
import type { Thing } from './types';
const t: Thing = { a: 1 } as any;
return t;
/* transcript
returned: {"a":1}
*/
