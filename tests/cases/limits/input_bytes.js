/* case
{"input": {"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}, "limits": {"input_bytes_max": 20}}
*/
return 1;
/* transcript
stopped: limit `input_bytes` of 20 reached, 61 used
*/
