/* case
{}
*/
const b = new Uint8Array(4);
new DataView(b.buffer).setUint32(0, 0xdeadbeef);
return [...b];
/* transcript
returned: [222,173,190,239]
*/
