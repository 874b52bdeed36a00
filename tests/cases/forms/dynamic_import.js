/* case
{}
*/
const m = await import('node:fs');
return m;
/* transcript
rejected: import at 4:17: `import()` cannot load anything here
hint: Use `tools`, `input` and the built-ins of JavaScript; nothing else can be loaded.
*/
