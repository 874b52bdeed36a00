/* case
{}
*/
console.log('not reached?');
return await tools.kit.ehco({ value: 1 });
