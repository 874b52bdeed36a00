/* case
{}
*/
if (true) {
  throw { code: 'E_MINE', detail: [1, 2] };
}
