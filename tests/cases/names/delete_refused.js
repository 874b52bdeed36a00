/* case
{}
*/
delete tools.kit.add;
return 'x';
/* transcript
threw: TypeError: could not delete property
at: 4:18 in top level
*/
/* transcript boa
threw: TypeError: Cannot delete property
at: 4:1 in top level
*/
