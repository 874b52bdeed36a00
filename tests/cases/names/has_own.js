/* case
{}
*/
return [Object.hasOwn(tools.kit, 'add'), Object.hasOwn(tools, 'nope'), Object.prototype.hasOwnProperty.call(tools, 'kit')];
/* transcript
returned: [true,false,true]
*/
