/* case
{}
*/
return await tools.Kit.Add({ a: 1, b: 1 });
