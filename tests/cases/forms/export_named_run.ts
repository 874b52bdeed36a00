/* case
{"input": {"n": 41}}
*/
export async function run(input: { n: number }): Promise<number> {
  return input.n + 1;
}
