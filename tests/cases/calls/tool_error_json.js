/* case
{}
*/
try { await tools.kit.fail({ message: 'as data' }); } catch (e) { return JSON.parse(JSON.stringify(e)); }
