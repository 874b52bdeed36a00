/* case
{}
*/
return ['a1b22c'.split(/\d+/), 'a1b2'.split(/(\d)/), 'abc'.split(''), '😀a'.split(''), 'x'.split(undefined), ''.split(','), 'a,b,c'.split(',', 2)];
/* transcript
returned: [["a","b","c"],["a","1","b","2",""],["a","b","c"],["�","�","a"],["x"],[""],["a","b"]]
*/
