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
note: a promise was rejected and nothing handled it: Error: in a timer
*/
