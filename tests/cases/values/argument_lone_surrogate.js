/* case
{}
*/
try { return await tools.kit.echo({ value: '\ud800' }); } catch (e) { return e.message; }
