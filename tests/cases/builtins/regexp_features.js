/* case
{}
*/
return ['2026-11-22'.match(/(?<y>\d{4})-(?<m>\d\d)/).groups.y, /(?<=\$)\d+/.exec('cost $42')[0], /\p{Lu}/u.test('É'), 'aBc'.replace(/b/i, 'x'), /^.$/su.test('😀'), [...'a1b2'.matchAll(/[a-z](\d)/g)].map((m) => m[1]), /a.c/s.test('a\nc')];
/* transcript
returned: ["2026","42",true,"axc",true,["1","2"],true]
*/
