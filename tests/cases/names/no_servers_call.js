/* case
{"servers": []}
*/
return tools.kit.add({ a: 1, b: 2 });
/* transcript
rejected: unknown_server at 4:14: unknown server `kit`
hint: There are no servers here.
*/
