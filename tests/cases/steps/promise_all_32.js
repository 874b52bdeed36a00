/* case
{"usage": ["tool_calls_at_once"]}
*/
const r = await Promise.all(Array.from({ length: 32 }, () => tools.kit.gate({ n: 32 })));
return r.length;
