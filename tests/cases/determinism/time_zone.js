/* case
{"twice": true}
*/
return [new Date(2026, 0, 1).toISOString(), new Date(0).toString(), typeof Intl];
/* transcript
threw: ReferenceError: Intl is not defined
*/
