/* case
{}
*/
return { '\ud800': 1 };
