// ends: cpu_ms
class A { static [Symbol.hasInstance]() { for (;;); } } return 1 instanceof A;
