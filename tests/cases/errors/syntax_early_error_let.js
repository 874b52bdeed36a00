/* case
{}
*/
let let = 1;
