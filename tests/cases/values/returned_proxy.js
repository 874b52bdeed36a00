/* case
{}
*/
return new Proxy({ a: 1 }, {});
/* transcript
returned: {"a":1}
*/
