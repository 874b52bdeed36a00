/* case
{}
*/
return Promise.all([{ value: 1 }, { value: 2 }].map((a) => tools.kit.echo(a)));
