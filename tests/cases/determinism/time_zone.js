/* case
{"twice": true}
*/
return [new Date(2026, 0, 1).toISOString(), new Date(0).toString(), typeof Intl];
/* transcript
returned: ["2026-01-01T00:00:00.000Z","Thu Jan 01 1970 00:00:00 GMT+0000","undefined"]
*/
