/* case
{"usage": ["returned_bytes"], "limits": {"returned_bytes_max": 512}}
*/
return { total: 2000, rows: Array.from({ length: 2000 }, (_, i) => ({ id: i, name: 'row ' + i })) };
/* transcript
returned: {"total":2000,"rows":[{"id":0,"name":"row 0"},{"id":1,"name":"row 1"},{"id":2,"name":"row 2"},{"id":3,"name":"row 3"},{"id":4,"name":"row 4"},{"id":5,"name":"row 5"},{"id":6,"name":"row 6"},{"id":7,"name":"row 7"},{"id":8,"name":"row 8"},{"id":9,"name":"row 9"},{"id":10,"name":"row 10"},{"id":11,"name":"row 11"},{"id":12,"name":"row 12"},{"id":13,"name":"row 13"},{"id":14,"name":"row 14"},{"id":15,"name":"row 15"},{"id":16,"name":"row 16"},{"id":17,"name":"row 17"},"… 1982 more items"]}
cut: $.rows: 1982 of 2000 items
usage: returned_bytes 57803
*/
