/* case
{"about": "a promise somebody forgot to await is named"}
*/
return { p: Promise.resolve(1) };
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.p` is a promise [not_json]
hint: Await it first.
*/
