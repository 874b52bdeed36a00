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
