/* case
{"about": "10 MB come back as a preview", "usage": ["returned_bytes"], "limits": {"returned_bytes_max": 200}}
*/
return 'x'.repeat(10 * 1024 * 1024);
/* transcript
returned: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… 10485624 more characters"
cut: $: 10485624 of 10485760 characters
usage: returned_bytes 10485762
*/
