// ends: stack_bytes threw
const p = new Proxy({}, {}); Object.setPrototypeOf(p, p); return p.x;
