/* case
{"about": "the commonest slip of all has a place"}
*/
function total(rows) {
  return rows.reduce((sum, row) => sum + rowz.value, 0);
}
return total([{ value: 1 }]);
