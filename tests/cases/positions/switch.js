/* case
{"about": "a switch over a mixture"}
*/
switch (1n + 1) {
  case 1: break;
}
/* transcript
threw: TypeError: cannot convert BigInt to number
at: 4:9 in top level
*/
/* transcript boa
threw: TypeError: cannot mix BigInt and other types, use explicit conversions
at: 4:9 in top level
*/
