/* case
{}
*/
return Array.from({ length: 60 }, (_, i) => i).sort(() => 1).length;
/* transcript
returned: 60
*/
