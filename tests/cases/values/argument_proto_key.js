/* case
{}
*/
return await tools.kit.echo({ value: JSON.parse('{"__proto__":1}') });
