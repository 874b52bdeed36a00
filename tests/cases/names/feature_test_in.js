/* case
{}
*/
return ['add' in tools.kit, 'nope' in tools.kit, 'kit' in tools, 'nope' in tools];
/* transcript
returned: [true,false,true,false]
*/
