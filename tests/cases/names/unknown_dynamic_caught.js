/* case
{}
*/
const name = ['nope'][0];
try { tools.kit[name]; } catch (e) { return [e.name, e.code, e.message]; }
/* transcript
returned: ["TypeError","unknown_tool","unknown tool `nope` of server `kit`; nearest: `never`, `nothing`, `wrapped`"]
*/
