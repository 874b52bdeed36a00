/* case
{"input": {"n": 6}}
*/
type Input = { n: number };
export default async function (input: Input): Promise<{ doubled: number }> {
  return { doubled: input.n * 2 };
}
/* transcript
returned: {"doubled":12}
*/
