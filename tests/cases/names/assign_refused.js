/* case
{"about": "stubs cannot be replaced"}
*/
tools.kit.add = () => 'hijacked';
return await tools.kit.add({ a: 1, b: 1 });
/* transcript
threw: TypeError: cannot set non-writable property: add
at: 4:1 in top level
*/
