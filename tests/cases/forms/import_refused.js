/* case
{"about": "a module cannot be imported; the author is told what to do"}
*/
import fs from 'node:fs';
return fs;
