/* case
{}
*/
return [1, 2, 3].map((x) => {
  if (x === 2) throw new TypeError('callback');
  return x;
});
/* transcript
threw: TypeError: callback
at: 5:22 in top level
at: 4:18 in top level
*/
