/* case
{"limits": {"returned_bytes_max": 100}, "usage": ["returned_bytes"]}
*/
return Array.from({ length: 100 }, (_, i) => i);
/* transcript
returned: [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"… 71 more items"]
cut: $: 71 of 100 items
usage: returned_bytes 291
*/
