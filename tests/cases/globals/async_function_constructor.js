/* case
{}
*/
const AsyncFunction = (async () => {}).constructor;
return await AsyncFunction('return await 5')();
