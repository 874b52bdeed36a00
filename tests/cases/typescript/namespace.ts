/* case
{}
*/
namespace Geo {
  export const pi = 3;
  export function area(r: number) { return pi * r * r; }
}
return Geo.area(2);
/* transcript
returned: 12
*/
