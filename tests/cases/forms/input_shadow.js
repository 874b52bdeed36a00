/* case
{"input": {"days": 3}}
*/
const { city = 'Oslo', days } = input;
return { city, days };
/* transcript
returned: {"city":"Oslo","days":3}
*/
