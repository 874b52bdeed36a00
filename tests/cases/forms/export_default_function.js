/* case
{}
*/
const two = 2;
export default async function main() {
  return two + 1;
}
/* transcript
returned: 3
*/
