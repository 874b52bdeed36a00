/* case
{"limits": {"argument_bytes_max": 100}}
*/
await tools.kit.echo({ value: 'x'.repeat(200) });
