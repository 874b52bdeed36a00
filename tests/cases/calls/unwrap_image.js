/* case
{}
*/
return await tools.kit.image({});
