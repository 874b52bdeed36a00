/* case
{"about": "a note, not an end"}
*/
Promise.reject(new Error('nobody looks'));
return 1;
/* transcript
returned: 1
note: nothing handled this error at 4:16: Error: nobody looks
*/
