/* case
{"about": "the tools object is no JSON"}
*/
return tools;
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.kit.fail` is a function [not_json]
hint: Call it, and give its result.
*/
