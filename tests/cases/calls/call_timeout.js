/* case
{"limits": {"tool_call_ms_max": 30}}
*/
try { await tools.kit.never({}); } catch (e) { return [e.code, e.message, e.retryable]; }
/* transcript
returned: ["timeout","`kit.never` did not answer within 30 ms",true]
call: 0 kit.never({}) failed, timeout: `kit.never` did not answer within 30 ms
*/
