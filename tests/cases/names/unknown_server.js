/* case
{"about": "nothing is called; the nearest names are given"}
*/
return tools.kti.echo({});
/* transcript
rejected: unknown_server at 4:14: unknown server `kti`; nearest: `kit`
hint: Use `kit`, if that is what you mean.
*/
