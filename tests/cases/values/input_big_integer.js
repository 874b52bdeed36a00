/* case
{"about": "integers past 2^53: a stated rule", "input": {"u64": 18446744073709551615, "i64": -9223372036854775808}}
*/
return [input.u64, input.i64, typeof input.u64];
