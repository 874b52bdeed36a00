/* case
{}
*/
return await tools.kit.echo({ value: { a: 1 } });
