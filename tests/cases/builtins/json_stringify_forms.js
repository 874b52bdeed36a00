/* case
{}
*/
return [JSON.stringify({ a: [1, { b: 2 }] }, null, 2), JSON.stringify({ a: 1, b: 2 }, ['b']), JSON.stringify({ d: new Date(0), u: undefined, n: NaN, f() {} }), JSON.stringify('\u2028\ud800'), JSON.stringify([undefined]), JSON.stringify({ a: 1 }, (k, v) => (k === 'a' ? v + 1 : v)), String(JSON.stringify(undefined))];
