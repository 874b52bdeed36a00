/* case
{}
*/
return new ArrayBuffer(4);
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is an ArrayBuffer [not_json]
hint: Give `Array.from(new Uint8Array(buffer))`.
*/
