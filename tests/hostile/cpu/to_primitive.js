// ends: cpu_ms
const o = { [Symbol.toPrimitive]() { for (;;); } }; return `${o}`;
