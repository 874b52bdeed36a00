/* case
{}
*/
return Symbol('x');
