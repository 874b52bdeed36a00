// expect: [10001,104]
// input: lines
const lines = input.split("\n");
return [lines.length, lines[0].length];
