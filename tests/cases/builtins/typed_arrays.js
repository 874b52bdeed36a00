/* case
{}
*/
const b = new Uint8Array(4);
new DataView(b.buffer).setUint32(0, 0xdeadbeef);
return [...b];
