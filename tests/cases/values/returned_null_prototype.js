/* case
{}
*/
return Object.assign(Object.create(null), { a: 1 });
/* transcript
returned: {"a":1}
*/
