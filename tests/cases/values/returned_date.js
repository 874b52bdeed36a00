/* case
{}
*/
return { at: new Date(0) };
/* transcript
returned: {"at":"1970-01-01T00:00:00.000Z"}
*/
