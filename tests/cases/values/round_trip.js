/* case
{}
*/
const value = { s: 'ü\u2028\n"', n: [0, -1, 1.5, 1e21], b: [true, false, null], o: { '': {}, 'a b': [] } };
const back = await tools.kit.echo({ value });
return JSON.stringify(back) === JSON.stringify(value);
/* transcript
returned: true
call: 0 kit.echo({"value":{"s":"ü\u2028\n\"","n":[0,-1,1.5,1e+21],"b":[true,false,null],"o":{"":{},"a b":[]}}}) finished, 81 bytes
*/
