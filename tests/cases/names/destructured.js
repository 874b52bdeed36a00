/* case
{}
*/
const { kit: { add, echo: say } } = tools;
return [await add({ a: 1, b: 2 }), await say({ value: 'hi' })];
