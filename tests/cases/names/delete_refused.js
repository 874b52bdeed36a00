/* case
{}
*/
delete tools.kit.add;
return 'x';
