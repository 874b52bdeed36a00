/* case
{}
*/
return [-0, 0, 1 / -0 < 0];
/* transcript
returned: [0,0,true]
*/
