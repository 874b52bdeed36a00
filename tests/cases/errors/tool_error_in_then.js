/* case
{}
*/
return tools.kit.fail({ message: 'chained' })
  .then((r) => r.x);
