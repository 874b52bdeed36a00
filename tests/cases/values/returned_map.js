/* case
{}
*/
return new Map([['a', 1]]);
/* transcript
returned: {"a":1}
*/
