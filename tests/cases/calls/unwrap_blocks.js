/* case
{}
*/
return await tools.kit.blocks({});
/* transcript
returned: "one\ntwo"
call: 0 kit.blocks({}) finished, 10 bytes
*/
