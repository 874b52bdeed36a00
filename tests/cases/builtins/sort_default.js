/* case
{}
*/
return [10, 9, 1, undefined, 'b', 'a', , null].sort();
/* transcript
returned: [1,10,9,"a","b",null,null,null]
*/
