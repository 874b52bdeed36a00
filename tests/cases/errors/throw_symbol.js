/* case
{}
*/
throw Symbol('s');
