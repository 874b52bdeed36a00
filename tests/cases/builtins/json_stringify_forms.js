/* case
{}
*/
return [JSON.stringify({ a: [1, { b: 2 }] }, null, 2), JSON.stringify({ a: 1, b: 2 }, ['b']), JSON.stringify({ d: new Date(0), u: undefined, n: NaN, f() {} }), JSON.stringify('\u2028\ud800'), JSON.stringify([undefined]), JSON.stringify({ a: 1 }, (k, v) => (k === 'a' ? v + 1 : v)), String(JSON.stringify(undefined))];
/* transcript
returned: ["{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ]\n}","{\"b\":2}","{\"d\":\"1970-01-01T00:00:00.000Z\",\"n\":null}","\"\u2028\\ud800\"","[null]","{\"a\":2}","undefined"]
*/
