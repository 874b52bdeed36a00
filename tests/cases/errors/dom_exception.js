/* case
{}
*/
function decode(text) {
  return atob(text);
}
if (typeof atob === 'undefined') return 'no atob';
return decode('*');
/* transcript
threw: InvalidCharacterError: The string to be decoded is not correctly encoded [5]
at: 5:10 in decode
at: 8:8 in top level
*/
/* transcript boa
returned: "no atob"
*/
