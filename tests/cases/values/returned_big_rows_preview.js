/* case
{"usage": ["returned_bytes"], "limits": {"returned_bytes_max": 512}}
*/
return { total: 2000, rows: Array.from({ length: 2000 }, (_, i) => ({ id: i, name: 'row ' + i })) };
