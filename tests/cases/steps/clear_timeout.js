/* case
{}
*/
const id = setTimeout(() => console.log('cleared timers stay silent'), 1);
clearTimeout(id);
await new Promise((r) => setTimeout(r, 5));
return 'quiet';
/* transcript
returned: "quiet"
*/
