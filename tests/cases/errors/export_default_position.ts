/* case
{}
*/
export default async function main(): Promise<void> {
  throw new Error('in a default export');
}
/* transcript
threw: Error: in a default export
at: 5:9 in main
at: 4:31 in top level
*/
