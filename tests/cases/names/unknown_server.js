/* case
{"about": "nothing is called; the nearest names are given"}
*/
return tools.kti.echo({});
