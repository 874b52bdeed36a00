/* case
{}
*/
throw undefined;
