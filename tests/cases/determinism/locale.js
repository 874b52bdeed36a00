/* case
{"twice": true}
*/
return [(1234.5).toLocaleString(), 'ä'.localeCompare('b'), new Date(0).toLocaleDateString()];
