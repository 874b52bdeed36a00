/* case
{"about": "a note, not an end"}
*/
Promise.reject(new Error('nobody looks'));
return 1;
