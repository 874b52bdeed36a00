/* case
{"about": "the characters of a text are its properties"}
*/
const { length, ...rest } = "ab";
return [{ ..."ab" }, { ...("x".repeat(2) + "y") }, { ...1, ...true, ...null }, length, rest];
/* transcript
returned: [{"0":"a","1":"b"},{"0":"x","1":"x","2":"y"},{},2,{"0":"a","1":"b"}]
*/
