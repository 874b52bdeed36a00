/* case
{}
*/
return [Date.parse('2026-01-02'), Date.parse('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:04:05+02:00').toISOString(), Date.parse('Fri, 02 Jan 2026 00:00:00 GMT'), Number.isNaN(Date.parse('nonsense'))];
/* transcript
returned: [1767312000000,1767323045000,"2026-01-02T01:04:05.000Z",1767312000000,true]
*/
