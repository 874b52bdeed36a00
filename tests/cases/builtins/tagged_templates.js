/* case
{}
*/
const tag = (s, ...v) => s.raw.join('|') + v.join(',');
return tag`a${1}b\n${2}c`;
/* transcript
returned: "a|b\\n|c1,2"
*/
