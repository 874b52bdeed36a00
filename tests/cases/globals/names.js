/* case
{"about": "the checked list of everything a script can reach by name"}
*/
return Object.getOwnPropertyNames(globalThis).sort();
