/* case
{}
*/
throw () => 1;
