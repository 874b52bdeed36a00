/* case
{}
*/
return { f() {} };
