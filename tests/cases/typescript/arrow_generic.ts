/* case
{}
*/
const id = <T,>(x: T): T => x;
return id<string>('generic arrow');
