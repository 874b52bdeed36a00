/* case
{}
*/
await new Promise((resolve) => {
  setTimeout(() => {
    resolve(1);
    throw new Error('in a timer');
  }, 1);
});
return 'went on';
/* transcript
returned: "went on"
note: nothing handled this error at 7:11: Error: in a timer
*/
