/* case
{}
*/
return undefined;
