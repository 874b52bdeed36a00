/* case
{}
*/
const name = ['nope'][0];
try { tools.kit[name]; } catch (e) { return [e.name, e.code, e.message]; }
