/* case
{}
*/
return { [Symbol('k')]: 1, a: 2 };
