/* case
{}
*/
const main = async () => {
  return 'const main';
};
