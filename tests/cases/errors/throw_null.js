/* case
{}
*/
throw null;
