/* case
{}
*/
return new Set([1, 2]);
