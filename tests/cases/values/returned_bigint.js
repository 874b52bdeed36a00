/* case
{}
*/
return { id: 9007199254740993n };
