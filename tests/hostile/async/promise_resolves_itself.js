// ends: threw
let r; const p = new Promise((x) => { r = x; }); r(p); await p;
