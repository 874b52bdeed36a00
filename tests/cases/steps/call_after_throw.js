/* case
{}
*/
tools.kit.echo({ value: 'started' });
throw new Error('after the start');
/* transcript
threw: Error: after the start
at: 5:7 in top level
call: 0 kit.echo({"value":"started"}) finished, 9 bytes
*/
