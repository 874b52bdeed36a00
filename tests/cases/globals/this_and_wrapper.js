/* case
{"about": "nothing of the wrapper can be seen"}
*/
return [typeof this, typeof arguments, typeof thrown, typeof __callbox, typeof exports];
/* transcript
returned: ["object","undefined","undefined","undefined","undefined"]
*/
