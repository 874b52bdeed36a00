/* case
{"twice": true}
*/
return [Date.now(), new Date().toISOString(), new Date().getTimezoneOffset(), Date()];
/* transcript
returned: [1767225600000,"2026-01-01T00:00:00.000Z",0,"Thu Jan 01 2026 00:00:00 GMT+0000"]
*/
