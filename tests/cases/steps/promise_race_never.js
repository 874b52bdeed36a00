/* case
{"about": "a loser that never answers is cancelled after the drain time", "limits": {"drain_ms_max": 50}}
*/
return Promise.race([tools.kit.never({}), tools.kit.echo({ value: 'answered' })]);
