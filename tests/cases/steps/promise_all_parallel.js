/* case
{"about": "all three are in flight together, or the gate never opens", "usage": ["tool_calls", "tool_calls_at_once"]}
*/
return Promise.all([1, 2, 3].map(() => tools.kit.gate({ n: 3 })));
/* transcript
returned: [3,3,3]
call: 0 kit.gate({"n":3}) finished, 1 bytes
call: 1 kit.gate({"n":3}) finished, 1 bytes
call: 2 kit.gate({"n":3}) finished, 1 bytes
usage: tool_calls 3
usage: tool_calls_at_once 3
*/
