/* case
{}
*/
return [await tools.kit.nothing({})];
