/* case
{"about": "a BigInt and a number are in order, whatever their signs and sizes"}
*/
return [-1n < -0.5, -3n > -2147483648, -5n < -4.5, -4n > -4.5, 4n < 4.5, 5n > 4.5, -1n < 0.5, 3n < 2147483648, -(2n ** 64n) < -1.5];
/* transcript
returned: [true,true,true,true,true,true,true,true,true]
*/
