/* case
{}
*/
return JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
/* transcript
returned: {"__proto__":{"polluted":true},"a":1}
*/
