/* case
{"about": "a promise that nothing can settle is told at once"}
*/
console.log('before');
await new Promise(() => {});
return 'never';
/* transcript
threw: Error: the script awaits a promise that nothing will settle: no tool call and no timer is pending [deadlock]
hint: Resolve each promise that is awaited, or await a tool call.
log: before
*/
