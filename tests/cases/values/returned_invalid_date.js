/* case
{}
*/
return new Date(NaN);
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is an invalid date [not_json]
hint: Check the date before returning it.
*/
