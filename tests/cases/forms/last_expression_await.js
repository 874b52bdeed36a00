/* case
{}
*/
await tools.kit.echo({ value: 'x' })
