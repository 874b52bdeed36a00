/* case
{}
*/
const o = {};
o.missing.deep
/* transcript
threw: TypeError: cannot convert 'null' or 'undefined' to object
at: 5:11 in top level
*/
