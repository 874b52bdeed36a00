/* case
{}
*/
const out = [];
for (const t of ['{', '[1,]', '01', '"\u0001"', '{"a" 1}', 'nul', '', '1 2', '{"a":1,}', '"\\x"']) {
  try { out.push(JSON.parse(t)); } catch (e) { out.push(e.name + ': ' + e.message); }
}
return out;
/* transcript
returned: ["SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)","SyntaxError: unexpected token: ']'","SyntaxError: Unexpected number in JSON at position 0 (line 1 column 1)","SyntaxError: Bad control character in string literal in JSON at position 1 (line 1 column 2)","SyntaxError: Expected ':' after property name in JSON at position 5 (line 1 column 6)","SyntaxError: unexpected token: 'nul'","SyntaxError: Unexpected end of JSON input","SyntaxError: unexpected data at the end","SyntaxError: Expected property name or '}' in JSON at position 7 (line 1 column 8)","SyntaxError: Bad escaped character in JSON at position 2 (line 1 column 3)"]
*/
/* transcript boa
returned: ["SyntaxError: not JSON: expected a member's name in double quotes or `}` but found the end of the text at line 1, column 2 (position 1)","SyntaxError: not JSON: expected a value but found `]` at line 1, column 4 (position 3)","SyntaxError: not JSON: expected the end of the text but found `1` at line 1, column 2 (position 1)","SyntaxError: not JSON: expected the end of the string, or an escape for the control character but found U+0001 at line 1, column 2 (position 1)","SyntaxError: not JSON: expected `:` but found `1` at line 1, column 6 (position 5)","SyntaxError: not JSON: expected `null` but found the end of the text at line 1, column 4 (position 3)","SyntaxError: not JSON: expected a value but found the end of the text at line 1, column 1 (position 0)","SyntaxError: not JSON: expected the end of the text but found `2` at line 1, column 3 (position 2)","SyntaxError: not JSON: expected a member's name in double quotes but found `}` at line 1, column 8 (position 7)","SyntaxError: not JSON: expected an escape but found `x` at line 1, column 3 (position 2)"]
*/
