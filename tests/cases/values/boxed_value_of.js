/* case
{}
*/
const number = Object(1);
number.valueOf = () => 42;
const text = Object('a');
text.toString = () => 'b';
const flag = Object(true);
flag.valueOf = () => false;
return [number, text, flag, JSON.stringify([number, text, flag])];
/* transcript
returned: [42,"b",true,"[42,\"b\",true]"]
*/
