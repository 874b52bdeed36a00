/* case
{"about": "the commonest slip of all has a place"}
*/
function total(rows) {
  return rows.reduce((sum, row) => sum + rowz.value, 0);
}
return total([{ value: 1 }]);
/* transcript
threw: ReferenceError: rowz is not defined
at: 5:42 in top level
at: 5:15 in total
at: 7:8 in top level
*/
