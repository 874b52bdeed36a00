/* case
{}
*/
return await tools.kit.wrapped({ value: [1, 2] });
