/* case
{}
*/
return { '\ud800': 1 };
/* transcript
returned: {"�":1}
*/
