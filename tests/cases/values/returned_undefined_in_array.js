/* case
{}
*/
return [1, undefined, 3];
