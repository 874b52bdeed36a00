/* case
{}
*/
return typeof Promise.withResolvers;
