/* case
{}
*/
return typeof structuredClone;
