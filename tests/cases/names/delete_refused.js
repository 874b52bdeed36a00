/* case
{}
*/
delete tools.kit.add;
return 'x';
/* transcript
threw: TypeError: Cannot delete property
at: 4:1 in top level
*/
