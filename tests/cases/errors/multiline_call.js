/* case
{}
*/
const value = await tools.kit
  .echo({
    value: 1,
  });
throw new
  Error('here');
