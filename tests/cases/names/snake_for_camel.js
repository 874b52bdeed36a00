/* case
{}
*/
return await tools.kit.createIssue({ title: 'x' });
/* transcript
rejected: unknown_tool at 4:24: unknown tool `createIssue` on server `kit`; nearest: `create_issue`
hint: Use `create_issue`, if that is what you mean.
*/
