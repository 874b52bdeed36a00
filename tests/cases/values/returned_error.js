/* case
{}
*/
return new Error('as a value');
