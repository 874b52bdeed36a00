/* case
{}
*/
[3, 2, 1].sort((a, b) => {
  throw new Error('in comparator');
});
