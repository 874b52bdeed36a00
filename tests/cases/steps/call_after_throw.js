/* case
{}
*/
tools.kit.echo({ value: 'started' });
throw new Error('after the start');
