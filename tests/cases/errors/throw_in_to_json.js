/* case
{}
*/
return { toJSON() { throw new Error('toJSON'); } };
/* transcript
threw: Error: toJSON
at: 4:27 in toJSON
*/
