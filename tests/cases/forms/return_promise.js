/* case
{}
*/
return Promise.resolve({ later: true });
