/* case
{}
*/
return { [Symbol('k')]: 1, a: 2 };
/* transcript
returned: {"a":2}
*/
