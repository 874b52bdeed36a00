/* case
{}
*/
return {
  fine: 1,
  get bad() {
    throw new Error('while the result is read');
  },
};
