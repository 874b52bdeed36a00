/* case
{}
*/
return { toJSON: () => ({ replaced: true }) };
