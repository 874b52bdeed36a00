/* case
{}
*/
(async () => {
  return 5;
})
