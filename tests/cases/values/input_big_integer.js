/* case
{"about": "integers past 2^53: a stated rule", "input": {"u64": 18446744073709551615, "i64": -9223372036854775808}}
*/
return [input.u64, input.i64, typeof input.u64];
/* transcript
returned: [1.8446744073709552e+19,-9.223372036854776e+18,"number"]
*/
