/* case
{"limits": {"drain_ms_max": 20}}
*/
tools.kit.never({});
return 'the value stands';
