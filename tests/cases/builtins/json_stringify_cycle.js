/* case
{}
*/
const a = {};
a.a = a;
try { JSON.stringify(a); } catch (e) { return [e.name, e.message]; }
/* transcript
returned: ["TypeError","circular reference"]
*/
/* transcript boa
returned: ["TypeError","the value contains itself, so it has no JSON form"]
*/
