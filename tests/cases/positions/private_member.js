/* case
{"about": "a private member that is not there"}
*/
class B { #p = 1; static t(o) { return o.#p; } }
return B.t({});
/* transcript
threw: TypeError: private class field '#p' does not exist
at: 4:40 in t
at: 5:10 in top level
*/
/* transcript boa
threw: TypeError: Private element does not exist on object
at: 4:42 in top level
at: 5:10 in top level
*/
