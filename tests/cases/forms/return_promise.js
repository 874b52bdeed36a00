/* case
{}
*/
return Promise.resolve({ later: true });
/* transcript
returned: {"later":true}
*/
