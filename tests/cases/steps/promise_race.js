/* case
{"about": "the loser is waited for within the drain time and told of"}
*/
return Promise.race([tools.kit.slow({ ms: 500, value: 'slow' }), tools.kit.slow({ ms: 1, value: 'fast' })]);
/* transcript
returned: "fast"
call: 0 kit.slow({"ms":500,"value":"slow"}) finished, 6 bytes
call: 1 kit.slow({"ms":1,"value":"fast"}) finished, 6 bytes
*/
