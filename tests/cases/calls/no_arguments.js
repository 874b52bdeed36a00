/* case
{}
*/
return await tools.kit.count();
