(; case
{"limits": {"component_compile_ms_max": 0}}
;)
(component (; there is no time to compile it ;))
(; transcript
stopped: limit `component_compile_ms` of 0 reached, 0 used
;)
