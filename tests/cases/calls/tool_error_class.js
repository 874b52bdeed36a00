/* case
{}
*/
const e = new ToolError('mine', { code: 'own', retryable: true });
return [e.name, e.message, e.code, e.retryable, e.data, e instanceof Error];
/* transcript
returned: ["ToolError","mine","own",true,null,true]
*/
