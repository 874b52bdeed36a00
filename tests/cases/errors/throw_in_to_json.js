/* case
{}
*/
return { toJSON() { throw new Error('toJSON'); } };
