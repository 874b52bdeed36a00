/* case
{"limits": {"drain_ms_max": 30}}
*/
tools.kit.never({});
return 'returned';
