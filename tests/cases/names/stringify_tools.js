/* case
{}
*/
return [String(typeof tools), JSON.stringify({ t: typeof tools.kit })];
/* transcript
returned: ["object","{\"t\":\"object\"}"]
*/
