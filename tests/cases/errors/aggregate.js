/* case
{}
*/
await Promise.any([tools.kit.fail({ message: 'one' }), tools.kit.fail({ message: 'two' })]);
