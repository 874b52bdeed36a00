/* case
{}
*/
const wanted = ['fetch', 'XMLHttpRequest', 'WebSocket', 'process', 'require', 'module', 'Deno', 'Bun', 'navigator', 'location', 'window', 'document', 'self', 'global', 'importScripts', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'performance', 'crypto', 'localStorage', 'print', '$262', 'os', 'std'];
return wanted.filter((name) => name in globalThis);
/* transcript
returned: ["SharedArrayBuffer","Atomics"]
*/
