/* case
{"limits": {"memory_bytes_max": 20971520}}
*/
return 'x'.repeat(2 ** 29).length;
