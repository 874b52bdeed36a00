/* case
{}
*/
return { at: new Date(0) };
