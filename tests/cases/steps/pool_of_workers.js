/* case
{"usage": ["tool_calls"]}
*/
const queue = Array.from({ length: 10 }, (_, i) => i);
const out = [];
const worker = async () => {
  while (queue.length) out.push(await tools.kit.add({ a: queue.shift(), b: 0 }));
};
await Promise.all([worker(), worker(), worker()]);
return out.sort((a, b) => a - b);
