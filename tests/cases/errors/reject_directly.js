/* case
{}
*/
await Promise.reject(new Error('rejected'));
/* transcript
threw: Error: rejected
at: 4:22 in top level
*/
