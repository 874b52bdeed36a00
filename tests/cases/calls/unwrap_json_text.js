/* case
{}
*/
return await tools.kit.json_text({ value: { from: 'text' } });
/* transcript
returned: {"from":"text"}
call: 0 kit.json_text({"value":{"from":"text"}}) finished, 15 bytes
*/
