/* case
{"about": "all three are in flight together, or the gate never opens", "usage": ["tool_calls", "tool_calls_at_once"]}
*/
return Promise.all([1, 2, 3].map(() => tools.kit.gate({ n: 3 })));
