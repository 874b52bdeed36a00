/* case
{}
*/
return [Object(Symbol('s')), JSON.stringify([Object(Symbol('s'))])];
/* transcript
returned: [{},"[{}]"]
*/
