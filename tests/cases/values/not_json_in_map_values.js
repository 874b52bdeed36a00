/* case
{"about": "the path is named"}
*/
return { fine: 1, items: [{ when: 1n }] };
