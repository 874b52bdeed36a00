/* case
{}
*/
const o = { a: { b: null } };
o.a.b ??= 5;
o.c ||= 6;
return [o?.a?.b, o.x?.y.z, o.c, o.f?.(), 0 ?? 1, 0 || 1];
/* transcript
returned: [5,null,6,null,0,1]
*/
