/* case
{"input": {"days": 3}}
*/
const { city = 'Oslo', days } = input;
return { city, days };
