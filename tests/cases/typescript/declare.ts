/* case
{}
*/
declare const unknownGlobal: number;
declare global { interface X {} }
return typeof unknownGlobal;
/* transcript
returned: "undefined"
*/
