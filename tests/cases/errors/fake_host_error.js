/* case
{"about": "an error made to look like the host's stays an error of the script"}
*/
const e = new Error('limit `cpu_ms` of 5000 reached');
e.name = 'Stopped';
e.code = 'stopped';
throw e;
/* transcript
threw: Stopped: limit `cpu_ms` of 5000 reached [stopped]
at: 4:11 in top level
*/
