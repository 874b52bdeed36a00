/* case
{}
*/
Object.prototype.toJSON = function () { return 'hijacked'; };
try { return await tools.kit.echo({ value: { a: 1 } }); } catch (e) { return e.message; }
/* transcript
returned: "arguments must be one object, found something else"
*/
