/* case
{}
*/
return Promise.all([30, 10, 20].map((ms) => tools.kit.slow({ ms, value: ms })));
/* transcript
returned: [30,10,20]
call: 0 kit.slow({"ms":30,"value":30}) finished, 2 bytes
call: 1 kit.slow({"ms":10,"value":10}) finished, 2 bytes
call: 2 kit.slow({"ms":20,"value":20}) finished, 2 bytes
*/
