/* case
{}
*/
if (false) {
  await tools.kit.nonexistent({});
}
return 1;
/* transcript
rejected: unknown_tool at 5:19: unknown tool `nonexistent` on server `kit`
hint: Use one of the 19 tools, among them `fail`, `flaky`, `never`, `count`, `raw_text`, `json_text`, `blocks`, `image`.
*/
