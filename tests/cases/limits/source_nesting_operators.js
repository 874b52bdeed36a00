/* case
{"limits": {"source_nesting_max": 10}}
*/
return !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!1;
/* transcript
returned: true
*/
