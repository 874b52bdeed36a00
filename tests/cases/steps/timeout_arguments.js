/* case
{}
*/
return await new Promise((r) => setTimeout(r, 1, 'passed'));
/* transcript
returned: "passed"
*/
