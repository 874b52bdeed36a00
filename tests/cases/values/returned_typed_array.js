/* case
{}
*/
return new Uint8Array([1, 2, 3]);
/* transcript
returned: [1,2,3]
*/
