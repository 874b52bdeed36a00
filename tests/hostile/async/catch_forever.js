// ends: cpu_ms memory_bytes tool_calls
const again = () => tools.kit.fail({ message: 'x' }).catch(again); await again();
