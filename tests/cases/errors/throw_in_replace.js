/* case
{}
*/
'abc'.replace(/b/g, () => {
  throw new Error('in replacer');
});
