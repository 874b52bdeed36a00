/* case
{"about": "a module cannot be imported; the author is told what to do"}
*/
import fs from 'node:fs';
return fs;
/* transcript
rejected: import at 4:1: `import` cannot load anything here
hint: Use `tools`, `input` and the built-ins of JavaScript; nothing else can be loaded.
*/
