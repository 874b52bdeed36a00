/* case
{"input": {"__proto__": {"polluted": true}, "constructor": 1}}
*/
return [Object.keys(input), Object.getPrototypeOf(input) === Object.prototype, input.polluted, ({}).polluted];
/* transcript
returned: [["__proto__","constructor"],true,null,null]
*/
