/* case
{"limits": {"result_bytes_max": 100}}
*/
const dataOf = (data) => tools.kit.fail({ data }).catch((error) => error.data ?? error.code);
return [await dataOf('x'.repeat(98)), await dataOf('x'.repeat(99))];
/* transcript
returned: ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","tool_failed"]
call: 0 kit.fail({"data":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}) failed, tool_failed: it failed
call: 1 kit.fail({"data":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}) failed, tool_failed: it failed
*/
