/* case
{}
*/
return { id: 9007199254740993n };
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.id` is a BigInt [not_json]
hint: Use `Number(x)` or `String(x)`.
*/
