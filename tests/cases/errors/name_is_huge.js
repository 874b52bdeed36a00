/* case
{}
*/
const error = new Error('short');
error.name = 'N'.repeat(1000);
error.code = 'c'.repeat(1000);
throw error;
/* transcript
threw: NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN…: short [cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc…]
at: 4:15 in top level
*/
