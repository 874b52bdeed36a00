/* case
{}
*/
try {
  JSON.parse('{oops');
} catch (e) {
  throw new Error('wrapped', { cause: e });
}
/* transcript
threw: Error: wrapped; caused by: SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)
at: 7:9 in top level
*/
/* transcript boa
threw: Error: wrapped; caused by: SyntaxError: not JSON: expected a member's name in double quotes or `}` but found `o` at line 1, column 2 (position 1)
at: 7:9 in top level
*/
