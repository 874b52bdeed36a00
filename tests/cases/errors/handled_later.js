/* case
{}
*/
const p = Promise.reject(new Error('late'));
await null;
try { await p; } catch (e) { return e.message; }
/* transcript
returned: "late"
*/
