/* case
{}
*/
return new Date(NaN);
