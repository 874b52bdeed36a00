/* case
{}
*/
return Object.keys(console).sort();
