/* case
{}
*/
const out = [];
for (const flags of ['gu', 'yu', 'gv', 'g', 'y']) {
  const dot = new RegExp('.', flags);
  dot.lastIndex = 1;
  const found = dot.exec('\u{1f600}a');
  out.push([flags, found && found.index, found && found[0].length, dot.lastIndex]);
}
return out;
/* transcript
returned: [["gu",0,2,2],["yu",0,2,2],["gv",0,2,2],["g",1,1,2],["y",1,1,2]]
*/
