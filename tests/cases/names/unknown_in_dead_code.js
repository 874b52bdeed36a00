/* case
{}
*/
if (false) {
  await tools.kit.nonexistent({});
}
return 1;
