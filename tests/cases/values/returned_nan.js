/* case
{"about": "a number that JSON has no form for is never a silent null"}
*/
return NaN;
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is NaN [not_json]
hint: Give null or a string in its place.
*/
