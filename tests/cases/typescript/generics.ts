/* case
{}
*/
function first<T extends { id: number }>(xs: readonly T[]): T | undefined {
  return xs[0];
}
return first<{ id: number }>([{ id: 3 }])!.id;
/* transcript
returned: 3
*/
