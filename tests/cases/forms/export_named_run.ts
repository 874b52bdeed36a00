/* case
{"input": {"n": 41}}
*/
export async function run(input: { n: number }): Promise<number> {
  return input.n + 1;
}
/* transcript
returned: 42
*/
