/* case
{}
*/
return [[1, [2, [3]]].flat(Infinity), [3, 1, 2].toSorted(), [1, 2, 3].with(1, 9), [1, 2, 3].at(-1), [1, 2, 3].findLast((x) => x < 3), Object.groupBy([1, 2, 3], (x) => (x % 2 ? 'odd' : 'even')), [1, 2, 3].toSpliced(0, 1), Array.from('ab', (c) => c + c)];
/* transcript
returned: [[1,2,3],[1,2,3],[1,9,3],3,2,{"odd":[1,3],"even":[2]},[2,3],["aa","bb"]]
*/
