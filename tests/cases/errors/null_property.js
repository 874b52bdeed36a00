/* case
{}
*/
const r = await tools.kit.echo({ value: null });
return r.items.length;
