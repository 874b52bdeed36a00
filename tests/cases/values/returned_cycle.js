/* case
{}
*/
const a = { list: [] };
a.list.push({ back: a });
return a;
