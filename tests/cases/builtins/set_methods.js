/* case
{}
*/
const a = new Set([1, 2, 3]);
return [[...a.union(new Set([4]))], [...a.intersection(new Set([2]))], a.isSupersetOf(new Set([1]))];
/* transcript
returned: [[1,2,3,4],[2],true]
*/
