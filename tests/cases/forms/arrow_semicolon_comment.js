/* case
{}
*/
// what the model says first
async () => {
  return 'commented';
};
// and last
/* transcript
returned: "commented"
*/
