/* case
{}
*/
return { then(resolve) { resolve('adopted'); } };
/* transcript
returned: "adopted"
*/
