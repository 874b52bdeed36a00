/* case
{}
*/
return new Proxy({}, { ownKeys() { throw new Error('trap'); } });
/* transcript
threw: Error: trap
at: 4:42 in ownKeys
*/
