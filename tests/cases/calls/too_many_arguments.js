/* case
{}
*/
return await tools.kit.add(1, 2);
