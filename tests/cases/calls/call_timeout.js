/* case
{"limits": {"tool_call_ms_max": 30}}
*/
try { await tools.kit.never({}); } catch (e) { return [e.code, e.message, e.retryable]; }
