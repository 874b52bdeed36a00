/* case
{}
*/
return [1, , 3];
