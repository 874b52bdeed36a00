/* case
{"twice": true}
*/
return [Date.now(), new Date().toISOString(), new Date().getTimezoneOffset(), Date()];
