/* case
{}
*/
const k = tools.kit;
const f = k['add'];
return f({ a: 5, b: 5 });
