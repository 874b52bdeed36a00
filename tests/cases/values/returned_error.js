/* case
{}
*/
return new Error('as a value');
/* transcript
returned: {"name":"Error","message":"as a value"}
*/
