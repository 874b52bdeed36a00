/* case
{"about": "each request of an asynchronous generator is answered, however many are made at once"}
*/
const one = () => (async function* () { yield 1; })();
const a = one(), b = one(), c = one();
return [
  await Promise.all([a.next(), a.next(), a.next(), a.next()]),
  await Promise.all([b.return(5), b.next(), b.return(6), b.next()]),
  await Promise.all([c.next(), c.next(), c.throw(new Error("no")).catch(error => error.message), c.next()]),
];
/* transcript
returned: [[{"value":1,"done":false},{"done":true},{"done":true},{"done":true}],[{"value":5,"done":true},{"done":true},{"value":6,"done":true},{"done":true}],[{"value":1,"done":false},{"done":true},"no",{"done":true}]]
*/
