/* case
{"limits": {"drain_ms_max": 20}}
*/
tools.kit.never({});
return 'the value stands';
/* transcript
returned: "the value stands"
call: 0 kit.never({}) unknown: sent, and no answer came; it may have taken effect
note: the script ended while calls it did not await were still pending
*/
