/* case
{}
*/
return { a: [Infinity] };
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.a[0]` is Infinity [not_json]
hint: Give null or a string in its place.
*/
