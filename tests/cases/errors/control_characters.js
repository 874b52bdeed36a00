/* case
{"about": "an error cannot steer a terminal"}
*/
throw new Error('red \u001b[31m and \u202e');
