/* case
{}
*/
return Object.getOwnPropertyNames(console).sort();
/* transcript
returned: ["assert","clear","count","countReset","debug","dir","error","group","groupCollapsed","groupEnd","info","log","table","time","timeEnd","timeLog","trace","warn"]
*/
