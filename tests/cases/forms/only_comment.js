/* case
{}
*/
// nothing here
