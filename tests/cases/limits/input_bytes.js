/* case
{"input": {"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}, "limits": {"input_bytes_max": 20}}
*/
return 1;
