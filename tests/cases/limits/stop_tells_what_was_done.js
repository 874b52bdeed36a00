/* case
{"about": "finished and unknown calls are told apart", "limits": {"cpu_ms_max": 60}}
*/
await tools.kit.echo({ value: 'done' });
tools.kit.never({});
while (true) {}
