/* case
{}
*/
console.log('\u001b[2Jcleared \u202e reversed');
return null;
/* transcript
returned: null
log: \u{1b}[2Jcleared \u{202e} reversed
*/
