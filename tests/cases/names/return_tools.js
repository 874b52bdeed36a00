/* case
{"about": "the tools object is no JSON"}
*/
return tools;
