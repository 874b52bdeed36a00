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
/* transcript
returned: [0,1,2,3,4,5,6,7,8,9]
call: 0 kit.add({"a":0,"b":0}) finished, 1 bytes
call: 1 kit.add({"a":1,"b":0}) finished, 1 bytes
call: 2 kit.add({"a":2,"b":0}) finished, 1 bytes
call: 3 kit.add({"a":3,"b":0}) finished, 1 bytes
call: 4 kit.add({"a":4,"b":0}) finished, 1 bytes
call: 5 kit.add({"a":5,"b":0}) finished, 1 bytes
call: 6 kit.add({"a":6,"b":0}) finished, 1 bytes
call: 7 kit.add({"a":7,"b":0}) finished, 1 bytes
call: 8 kit.add({"a":8,"b":0}) finished, 1 bytes
call: 9 kit.add({"a":9,"b":0}) finished, 1 bytes
usage: tool_calls 10
*/
