/* case
{"about": "behind an await, in an async function"}
*/
const f = async () => {
  await 0;
  return 1n *
    2;
};
await f();
/* transcript
threw: TypeError: cannot convert BigInt to number
at: 6:10 in f
*/
/* transcript boa
threw: TypeError: cannot mix BigInt and other types, use explicit conversions
at: 6:10 in f
*/
