/* case
{"about": "an empty script is refused with a hint or returns null, never a crash"}
*/
