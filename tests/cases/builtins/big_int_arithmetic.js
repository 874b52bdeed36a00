/* case
{}
*/
return String(2n ** 100n % 1000007n);
/* transcript
returned: "698635"
*/
