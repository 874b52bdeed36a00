/* case
{}
*/
setTimeout(() => console.log('too late'), 10);
return 'returned';
/* transcript
returned: "returned"
*/
