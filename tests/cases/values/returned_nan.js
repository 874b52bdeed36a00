/* case
{"about": "a number that JSON has no form for is never a silent null"}
*/
return NaN;
