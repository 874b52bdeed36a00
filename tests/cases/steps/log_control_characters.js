/* case
{}
*/
console.log('\u001b[2Jcleared \u202e reversed');
return null;
