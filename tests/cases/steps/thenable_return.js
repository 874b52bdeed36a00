/* case
{}
*/
return { then(resolve) { resolve('adopted'); } };
