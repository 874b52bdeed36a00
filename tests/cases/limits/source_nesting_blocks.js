/* case
{"limits": {"source_nesting_max": 20}}
*/
{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}
return 1;
/* transcript
stopped: limit `source_nesting` of 20 reached, 21 used
*/
