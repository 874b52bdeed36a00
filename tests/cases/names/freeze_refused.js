/* case
{}
*/
// The objects behind `tools` get neither another prototype nor a symbol.
const refused = does => { try { return does(); } catch (error) { return error instanceof TypeError; } };
return [
  refused(() => Object.setPrototypeOf(tools, {})),
  Reflect.setPrototypeOf(tools, {}),
  refused(() => { tools[Symbol.iterator] = 1; }),
  Reflect.set(tools, Symbol.iterator, 1),
  Object.getPrototypeOf(tools),
];
/* transcript
returned: [true,false,true,false,null]
*/
