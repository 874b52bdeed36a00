/* case
{}
*/
const a = 1;
return a + missing;
