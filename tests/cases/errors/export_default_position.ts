/* case
{}
*/
export default async function main(): Promise<void> {
  throw new Error('in a default export');
}
