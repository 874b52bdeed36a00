/* case
{}
*/
return await tools.kit.wrapped({ value: [1, 2] });
/* transcript
returned: [1,2]
call: 0 kit.wrapped({"value":[1,2]}) finished, 5 bytes
*/
