/* case
{}
*/
return { b: 1, 2: 'two', a: 2, 1: 'one' };
/* transcript
returned: {"1":"one","2":"two","b":1,"a":2}
*/
