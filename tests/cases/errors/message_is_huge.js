/* case
{}
*/
throw new Error('m'.repeat(100));
