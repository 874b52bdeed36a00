/* case
{"about": "a bare call at the end gives its value and runs once"}
*/
async function main() {
  console.log('main');
  return 'called once';
}
main();
/* transcript
returned: "called once"
log: main
*/
