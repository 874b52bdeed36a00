/* case
{}
*/
return Array.from(new Float64Array([3, NaN, -0, 0, 1]).sort(), String);
/* transcript
returned: ["0","0","1","3","NaN"]
*/
