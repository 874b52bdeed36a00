/* case
{"about": "each millisecond of the given clock is read as it is", "clock_ms": 1767225600123}
*/
return [Date.now(), new Date().toISOString(), new Date().getMilliseconds()];
/* transcript
returned: [1767225600123,"2026-01-01T00:00:00.123Z",123]
*/
