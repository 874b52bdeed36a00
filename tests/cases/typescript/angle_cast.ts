/* case
{}
*/
const v = <any>5;
return v as number;
/* transcript
returned: 5
*/
