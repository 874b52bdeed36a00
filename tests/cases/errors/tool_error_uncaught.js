/* case
{}
*/
const a = 1;
await tools.kit.fail({ message: 'no such city', data: { city: 'X' } });
