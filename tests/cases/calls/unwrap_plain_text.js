/* case
{}
*/
return [await tools.kit.raw_text({ text: 'just text' }), await tools.kit.raw_text({ text: '12' }), await tools.kit.raw_text({ text: '{broken' })];
/* transcript
returned: ["just text","12","{broken"]
call: 0 kit.raw_text({"text":"just text"}) finished, 11 bytes
call: 1 kit.raw_text({"text":"12"}) finished, 4 bytes
call: 2 kit.raw_text({"text":"{broken"}) finished, 9 bytes
*/
