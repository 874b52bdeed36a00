/* case
{}
*/
return await tools.Kit.Add({ a: 1, b: 1 });
/* transcript
rejected: unknown_server at 4:20: unknown server `Kit`; nearest: `kit`
hint: Use `kit`, if that is what you mean.
*/
