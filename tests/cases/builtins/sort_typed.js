/* case
{}
*/
return Array.from(new Float64Array([3, NaN, -0, 0, 1]).sort(), String);
/* transcript
threw: TypeError: the returned value cannot be JSON: `$[4]` is NaN [not_json]
hint: Return null or a string in its place.
*/
