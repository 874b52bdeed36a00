/* case
{}
*/
return new Map([['a', 1]]);
