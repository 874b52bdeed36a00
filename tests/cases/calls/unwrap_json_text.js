/* case
{}
*/
return await tools.kit.json_text({ value: { from: 'text' } });
