/* case
{}
*/
return tools.kit.add;
/* transcript
threw: TypeError: the returned value cannot be JSON: `$` is a function [not_json]
hint: Call it, and give its result.
*/
