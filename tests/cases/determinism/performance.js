/* case
{}
*/
return typeof performance;
