// ends: cpu_ms
try { while (1) {} } finally { while (1) {} }
