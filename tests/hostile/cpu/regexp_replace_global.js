// ends: cpu_ms returned
return 'a'.repeat(3000).replace(/(a*)*b/g, '').length;
