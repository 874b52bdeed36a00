/* case
{"about": "a main that the script calls itself is not called again"}
*/
async function main() {
  return 'called once';
}
return await main();
/* transcript
returned: "called once"
*/
