/* case
{}
*/
return parseInt;
