/* case
{}
*/
return [3, 1, 2].sort(() => NaN);
