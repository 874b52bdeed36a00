/* case
{}
*/
await new Promise((r) => setTimeout(r, -5));
await new Promise((r) => setTimeout(r, NaN));
await new Promise((r) => setTimeout(r));
return 'all fired';
/* transcript
returned: "all fired"
*/
