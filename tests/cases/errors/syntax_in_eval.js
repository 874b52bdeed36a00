/* case
{}
*/
return eval('1 +');
