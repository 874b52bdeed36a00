/* case
{}
*/
return { toJSON: () => ({ replaced: true }) };
/* transcript
returned: {"replaced":true}
*/
