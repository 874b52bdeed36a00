/* case
{}
*/
return ['a1b22c'.split(/\d+/), 'a1b2'.split(/(\d)/), 'abc'.split(''), '😀a'.split(''), 'x'.split(undefined), ''.split(','), 'a,b,c'.split(',', 2)];
