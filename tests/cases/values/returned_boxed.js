/* case
{}
*/
return [new Number(1), new String('s'), new Boolean(false)];
/* transcript
returned: [1,"s",false]
*/
