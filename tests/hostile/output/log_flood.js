// ends: log_bytes
for (;;) console.log('x'.repeat(1000));
