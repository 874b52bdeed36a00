/* case
{"about": "a note, not an end"}
*/
Promise.reject(new Error('nobody looks'));
return 1;
/* transcript
returned: 1
note: a promise was rejected and nothing handled it: Error: nobody looks
*/
