/* case
{}
*/
return { a: undefined, b: 1 };
