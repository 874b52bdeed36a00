/* case
{"about": "a call nobody awaits is still made and finished"}
*/
tools.kit.echo({ value: 'background' });
return 'returned';
/* transcript
returned: "returned"
call: 0 kit.echo({"value":"background"}) finished, 12 bytes
*/
