/* case
{}
*/
const main = async () => {
  return 'const main';
};
/* transcript
returned: "const main"
*/
