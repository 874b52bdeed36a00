/* case
{}
*/
return { a: undefined, b: 1 };
/* transcript
returned: {"b":1}
*/
