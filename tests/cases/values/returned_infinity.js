/* case
{}
*/
return { a: [Infinity] };
