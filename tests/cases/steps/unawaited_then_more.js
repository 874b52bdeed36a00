/* case
{"about": "calls that follow after the return are still made within the drain time"}
*/
tools.kit.echo({ value: 1 }).then((v) => tools.kit.echo({ value: v + 1 }));
return 'returned';
