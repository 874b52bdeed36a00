/* case
{"about": "plain"}
*/
return 1;
/* transcript
returned: 1
*/
