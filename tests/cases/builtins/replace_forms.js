/* case
{}
*/
return ['aXbX'.replace('X', '-'), 'aXbX'.replaceAll('X', '-'), 'john smith'.replace(/(\w+) (\w+)/, '$2 $1'), 'abc'.replace(/b/, (m, i) => m + i), 'aaa'.replace(/a/g, '$$'), 'x'.replace(/(?<n>x)/, '[$<n>]'), 'ab'.replace('b', "$`|$'|$&")];
/* transcript
returned: ["a-bX","a-b-","smith john","ab1c","$$$","[x]","aa||b"]
*/
