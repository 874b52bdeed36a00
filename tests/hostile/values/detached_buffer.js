// ends: returned threw
const b = new ArrayBuffer(8); const u = new Uint8Array(b); b.transfer?.(); return [...u];
