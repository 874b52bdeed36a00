/* case
{}
*/
return new ArrayBuffer(4);
