/* case
{"about": "only own properties cross"}
*/
Object.prototype.polluted = 'yes';
Array.prototype.extra = 'yes';
return await tools.kit.echo({ value: { a: [1] } });
