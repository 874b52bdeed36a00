/* case
{}
*/
return await tools.kit.count();
/* transcript
returned: 0
call: 0 kit.count({}) finished, 1 bytes
*/
