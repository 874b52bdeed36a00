/* case
{}
*/
const AsyncFunction = (async () => {}).constructor;
return await AsyncFunction('return await 5')();
/* transcript
returned: 5
*/
