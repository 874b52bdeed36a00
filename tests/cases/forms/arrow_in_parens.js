/* case
{}
*/
(async () => {
  return 5;
})
/* transcript
returned: 5
*/
