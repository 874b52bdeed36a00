/* case
{}
*/
return Symbol('x');
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is a symbol [not_json]
hint: Give its description.
*/
