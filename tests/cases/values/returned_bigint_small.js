/* case
{}
*/
return 5n;
