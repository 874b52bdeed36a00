/* case
{"about": "without input it is null"}
*/
return input;
/* transcript
returned: null
*/
