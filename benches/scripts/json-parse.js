// expect: [10000,9999]
// input: json
const rows = JSON.parse(input);
return [rows.length, rows.at(-1).id];
