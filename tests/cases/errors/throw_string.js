/* case
{}
*/
const a = 1;
throw 'plain ' + a;
