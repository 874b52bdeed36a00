/* case
{}
*/
const a = { list: [] };
a.list.push({ back: a });
return a;
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.list[0].back` is a cycle [not_json]
hint: Leave out what contains itself.
*/
