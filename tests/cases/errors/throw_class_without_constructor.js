/* case
{"about": "an error of a class that has no constructor of its own is placed where it is made"}
*/
class Plain extends Error {}
class Named extends Plain {
  name = "Named";
}
const places = [Plain, Named].map(kind => {
  const error = new kind("x");
  return error.stack.split("\n").filter(line => line.includes("callbox:script")).length > 0;
});
console.log(places);
throw new Named("boo");
/* transcript
threw: Named: boo
at: 13:7 in top level
log: [ true, true ]
*/
