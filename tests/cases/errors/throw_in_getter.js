/* case
{}
*/
const o = {
  get bad() { throw new Error('getter'); },
};
return o.bad;
