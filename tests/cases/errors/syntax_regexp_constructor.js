/* case
{}
*/
return new RegExp('(');
