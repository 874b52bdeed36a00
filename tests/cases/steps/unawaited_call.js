/* case
{"about": "a call nobody awaits is still made and finished"}
*/
tools.kit.echo({ value: 'background' });
return 'returned';
