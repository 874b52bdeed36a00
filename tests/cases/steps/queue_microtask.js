/* case
{"about": "documented: it is there or it is not"}
*/
return typeof queueMicrotask;
/* transcript
returned: "function"
*/
/* transcript boa
returned: "undefined"
*/
