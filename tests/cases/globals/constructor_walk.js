/* case
{}
*/
const seen = [];
let o = tools.kit.add;
for (let i = 0; i < 4; i++) { o = Object.getPrototypeOf(o); seen.push(o === null ? null : typeof o); if (!o) break; }
return [seen, tools.kit.add.constructor === Function, tools.kit.add.constructor('return this')() === globalThis || 'no this'];
/* transcript
returned: [["function","object",null],true,true]
*/
