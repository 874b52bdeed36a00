/* case
{}
*/
return (function () { return typeof this; })();
/* transcript
returned: "undefined"
*/
