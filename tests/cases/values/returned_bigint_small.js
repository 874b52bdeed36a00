/* case
{}
*/
return 5n;
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is a BigInt [not_json]
hint: Use `Number(x)` or `String(x)`.
*/
