/* case
{}
*/
return [await tools.kit.nothing({})];
/* transcript
returned: [null]
call: 0 kit.nothing({}) finished, 4 bytes
*/
