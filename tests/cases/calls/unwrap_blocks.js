/* case
{}
*/
return await tools.kit.blocks({});
