/* case
{}
*/
return undefined;
/* transcript
returned: null
note: the script returned nothing; end it with `return value`
*/
