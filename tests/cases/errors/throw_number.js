/* case
{}
*/
throw 42;
