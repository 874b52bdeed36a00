/* case
{}
*/
x;
let x = 1;
