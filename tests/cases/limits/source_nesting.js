/* case
{"limits": {"source_nesting_max": 10}}
*/
return [[[[[[[[[[[[1]]]]]]]]]]]];
/* transcript
stopped: limit `source_nesting` of 10 reached, 11 used
*/
