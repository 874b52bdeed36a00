/* case
{}
*/
return { f() {} };
/* transcript
threw: TypeError: the returned value cannot be JSON: `$.f` is a function [not_json]
hint: Call it, and give its result.
*/
