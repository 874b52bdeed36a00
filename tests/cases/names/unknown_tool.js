/* case
{}
*/
console.log('not reached?');
return await tools.kit.ehco({ value: 1 });
/* transcript
rejected: unknown_tool at 5:24: unknown tool `ehco` on server `kit`; nearest: `echo`
hint: Use `echo`, if that is what you mean.
*/
