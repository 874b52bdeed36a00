/* case
{}
*/
const r = /a/g;
const out = [];
r.test('aa'); out.push(r.lastIndex);
r.test('aa'); out.push(r.lastIndex);
r.test('aa'); out.push(r.lastIndex);
const y = /b/y; y.lastIndex = 1; out.push(y.test('ab'));
return out;
/* transcript
returned: [1,2,0,true]
*/
