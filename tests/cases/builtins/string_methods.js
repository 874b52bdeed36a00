/* case
{}
*/
return ['abc'.at(-1), ' x '.trim(), 'a'.padStart(3, '-'), 'ß'.toUpperCase(), 'é'.normalize('NFD').length, 'x'.isWellFormed(), 'abc'.includes('b'), 'a-b'.replaceAll('-', '+'), encodeURIComponent('ü &'), decodeURIComponent('%20')];
/* transcript
returned: ["c","x","--a","SS",2,true,true,"a+b","%C3%BC%20%26"," "]
*/
