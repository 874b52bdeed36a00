/* case
{}
*/
() => 7
/* transcript
returned: 7
*/
