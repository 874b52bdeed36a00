/* case
{"about": "stubs cannot be replaced"}
*/
tools.kit.add = () => 'hijacked';
return await tools.kit.add({ a: 1, b: 1 });
