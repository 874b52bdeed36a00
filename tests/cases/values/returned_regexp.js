/* case
{}
*/
return /x/g;
