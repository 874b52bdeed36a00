/* case
{"about": "stubs cannot be replaced"}
*/
tools.kit.add = () => 'hijacked';
return await tools.kit.add({ a: 1, b: 1 });
/* transcript
threw: TypeError: 'add' is read-only
at: 4:11 in top level
*/
/* transcript boa
threw: TypeError: cannot set non-writable property: add
at: 4:1 in top level
*/
