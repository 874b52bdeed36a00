/* case
{"twice": true}
*/
return [(1234.5).toLocaleString(), 'ä'.localeCompare('b'), new Date(0).toLocaleDateString()];
/* transcript
returned: ["1234.5",1,"01/01/1970"]
*/
/* transcript boa
returned: ["1234.5",1,"Thu Jan 01 1970 00:00:00 GMT+0000"]
*/
