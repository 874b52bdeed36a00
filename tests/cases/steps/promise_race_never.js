/* case
{"about": "a loser that never answers is cancelled after the drain time", "limits": {"drain_ms_max": 50}}
*/
return Promise.race([tools.kit.never({}), tools.kit.echo({ value: 'answered' })]);
/* transcript
returned: "answered"
call: 0 kit.never({}) unknown: sent, and no answer came; it may have taken effect
call: 1 kit.echo({"value":"answered"}) finished, 10 bytes
note: the script ended while calls it did not await were still pending
*/
