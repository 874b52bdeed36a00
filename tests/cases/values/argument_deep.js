/* case
{}
*/
let v = 1;
for (let i = 0; i < 1000; i++) v = { v };
try { await tools.kit.echo({ value: v }); } catch (e) { return [e.code, e.message.slice(0, 80)]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found arrays and objects nested deeper than 100 at"]
*/
