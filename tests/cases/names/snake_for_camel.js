/* case
{}
*/
return await tools.kit.createIssue({ title: 'x' });
