/* case
{}
*/
Error.prepareStackTrace = error => { Object.freeze(error); return 'mine'; };
Error.stackTraceLimit = 0;
try {
  await tools.kit.fail({ message: "gone" });
} catch (error) {
  console.log(error.name, error.code);
}
function fails() {
  throw new Error('places stay');
}
fails();
/* transcript
threw: Error: places stay
at: 12:9 in fails
at: 14:1 in top level
log: ToolError tool_failed
call: 0 kit.fail({"message":"gone"}) failed, tool_failed: gone
*/
