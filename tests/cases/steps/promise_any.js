/* case
{}
*/
return Promise.any([tools.kit.fail({ message: 'x' }), tools.kit.echo({ value: 'any' })]);
