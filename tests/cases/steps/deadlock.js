/* case
{"about": "a promise that nothing can settle is told at once"}
*/
console.log('before');
await new Promise(() => {});
return 'never';
