/* case
{"about": "a promise somebody forgot to await is named"}
*/
return { p: Promise.resolve(1) };
