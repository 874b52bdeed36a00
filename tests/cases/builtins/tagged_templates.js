/* case
{}
*/
const tag = (s, ...v) => s.raw.join('|') + v.join(',');
return tag`a${1}b\n${2}c`;
