/* case
{"about": "plain"}
*/
return 1;
