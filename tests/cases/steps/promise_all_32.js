/* case
{"usage": ["tool_calls_at_once"]}
*/
const r = await Promise.all(Array.from({ length: 32 }, () => tools.kit.gate({ n: 32 })));
return r.length;
/* transcript
returned: 32
call: 0 kit.gate({"n":32}) finished, 2 bytes
call: 1 kit.gate({"n":32}) finished, 2 bytes
call: 2 kit.gate({"n":32}) finished, 2 bytes
call: 3 kit.gate({"n":32}) finished, 2 bytes
call: 4 kit.gate({"n":32}) finished, 2 bytes
call: 5 kit.gate({"n":32}) finished, 2 bytes
call: 6 kit.gate({"n":32}) finished, 2 bytes
call: 7 kit.gate({"n":32}) finished, 2 bytes
call: 8 kit.gate({"n":32}) finished, 2 bytes
call: 9 kit.gate({"n":32}) finished, 2 bytes
call: 10 kit.gate({"n":32}) finished, 2 bytes
call: 11 kit.gate({"n":32}) finished, 2 bytes
call: 12 kit.gate({"n":32}) finished, 2 bytes
call: 13 kit.gate({"n":32}) finished, 2 bytes
call: 14 kit.gate({"n":32}) finished, 2 bytes
call: 15 kit.gate({"n":32}) finished, 2 bytes
call: 16 kit.gate({"n":32}) finished, 2 bytes
call: 17 kit.gate({"n":32}) finished, 2 bytes
call: 18 kit.gate({"n":32}) finished, 2 bytes
call: 19 kit.gate({"n":32}) finished, 2 bytes
call: 20 kit.gate({"n":32}) finished, 2 bytes
call: 21 kit.gate({"n":32}) finished, 2 bytes
call: 22 kit.gate({"n":32}) finished, 2 bytes
call: 23 kit.gate({"n":32}) finished, 2 bytes
call: 24 kit.gate({"n":32}) finished, 2 bytes
call: 25 kit.gate({"n":32}) finished, 2 bytes
call: 26 kit.gate({"n":32}) finished, 2 bytes
call: 27 kit.gate({"n":32}) finished, 2 bytes
call: 28 kit.gate({"n":32}) finished, 2 bytes
call: 29 kit.gate({"n":32}) finished, 2 bytes
call: 30 kit.gate({"n":32}) finished, 2 bytes
call: 31 kit.gate({"n":32}) finished, 2 bytes
usage: tool_calls_at_once 32
*/
