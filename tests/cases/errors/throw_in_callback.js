/* case
{}
*/
return [1, 2, 3].map((x) => {
  if (x === 2) throw new TypeError('callback');
  return x;
});
