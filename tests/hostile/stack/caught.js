// ends: stack_bytes
function f() { try { f(); } catch { f(); } } f(); return 'survived';
