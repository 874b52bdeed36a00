/* case
{"about": "an empty script is refused with a hint or returns null, never a crash"}
*/
/* transcript
rejected: empty_script: the script is empty
hint: Write the body of an async function and `return` its result.
*/
