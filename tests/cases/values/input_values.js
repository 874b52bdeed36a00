/* case
{"input": {"big": 9007199254740993, "neg0": -0.0, "nested": {"a": 1}, "": 1, "__proto__": {"x": 1}}}
*/
return [input.big, input.neg0, Object.is(input.neg0, -0), input.nested.__proto__, Object.keys(input)];
/* transcript
returned: [9007199254740992,0,true,{},["big","neg0","nested","","__proto__"]]
*/
