/* case
{}
*/
const id = <T,>(x: T): T => x;
return id<string>('generic arrow');
/* transcript
returned: "generic arrow"
*/
