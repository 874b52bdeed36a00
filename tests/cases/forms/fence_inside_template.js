/* case
{"about": "a fence inside a string is none"}
*/
const md = `
\`\`\`js
code
\`\`\`
`;
return md.length;
/* transcript
returned: 16
*/
