/* case
{"limits": {"argument_bytes_max": 100}}
*/
await tools.kit.echo({ value: 'x'.repeat(200) });
/* transcript
stopped: limit `argument_bytes` of 100 reached, 212 used
*/
