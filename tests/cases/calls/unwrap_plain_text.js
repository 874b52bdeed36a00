/* case
{}
*/
return [await tools.kit.raw_text({ text: 'just text' }), await tools.kit.raw_text({ text: '12' }), await tools.kit.raw_text({ text: '{broken' })];
