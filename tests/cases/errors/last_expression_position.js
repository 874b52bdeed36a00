/* case
{}
*/
const o = {};
o.missing.deep
