// ends: returned log_bytes
setTimeout(() => console.log('late'), 0); tools.kit.slow({ ms: 5 }).then(() => console.log('x'.repeat(100000))); return 1;
