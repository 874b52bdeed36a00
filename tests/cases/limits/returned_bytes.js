/* case
{"limits": {"returned_bytes_max": 100}, "usage": ["returned_bytes"]}
*/
return Array.from({ length: 100 }, (_, i) => i);
