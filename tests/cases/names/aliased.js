/* case
{}
*/
const k = tools.kit;
const f = k['add'];
return f({ a: 5, b: 5 });
/* transcript
returned: 10
call: 0 kit.add({"a":5,"b":5}) finished, 2 bytes
*/
