/* case
{}
*/
throw Object.assign(new Error('not found'), { code: 404 });
/* transcript
threw: Error: not found [404]
at: 4:21 in top level
*/
