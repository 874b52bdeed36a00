/* case
{}
*/
const fs = require('fs');
return fs;
/* transcript
rejected: import at 4:12: `require` cannot load anything here
hint: Use `tools`, `input` and the built-ins of JavaScript; nothing else can be loaded.
*/
