/* case
{"about": "columns count what the author sees as characters of text"}
*/
const s = '👩‍👩‍👧‍👦 naïve 😀'; const t = s.length; throw new Error('after emoji');
/* transcript
threw: Error: after emoji
at: 4:56 in top level
*/
