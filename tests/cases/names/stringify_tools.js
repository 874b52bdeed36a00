/* case
{}
*/
return [String(typeof tools), JSON.stringify({ t: typeof tools.kit })];
