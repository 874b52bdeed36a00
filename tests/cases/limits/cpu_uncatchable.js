/* case
{"limits": {"cpu_ms_max": 50}}
*/
try { while (true) {} } catch (e) { return 'caught'; } finally { return 'finally'; }
/* transcript
stopped: limit `cpu_ms` of 50 reached
*/
