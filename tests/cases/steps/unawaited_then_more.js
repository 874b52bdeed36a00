/* case
{"about": "calls that follow after the return are still made within the drain time"}
*/
tools.kit.echo({ value: 1 }).then((v) => tools.kit.echo({ value: v + 1 }));
return 'returned';
/* transcript
returned: "returned"
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.echo({"value":2}) finished, 1 bytes
*/
