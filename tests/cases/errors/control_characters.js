/* case
{"about": "an error cannot steer a terminal"}
*/
throw new Error('red \u001b[31m and \u202e');
/* transcript
threw: Error: red \u{1b}[31m and \u{202e}
at: 4:7 in top level
*/
