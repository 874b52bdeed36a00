/* case
{"about": "finished and unknown calls are told apart", "limits": {"cpu_ms_max": 60}}
*/
await tools.kit.echo({ value: 'done' });
tools.kit.never({});
while (true) {}
/* transcript
stopped: limit `cpu_ms` of 60 reached
call: 0 kit.echo({"value":"done"}) finished, 6 bytes
*/
