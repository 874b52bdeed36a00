// expect: [10000,"line 0;"]
// input: lines
const found = input.match(/line \d+;/g);
return [found.length, found[0]];
