/* case
{"about": "the path is named"}
*/
return { fine: 1, items: [{ when: 1n }] };
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.items[0].when` is a BigInt [not_json]
hint: Use `Number(x)` or `String(x)`.
*/
