// ends: cpu_ms log_bytes
for (;;) console.log();
