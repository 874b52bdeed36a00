/* case
{}
*/
// nothing here
/* transcript
rejected: empty_script: the script is empty
hint: Write the body of an async function and `return` its result.
*/
