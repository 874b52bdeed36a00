(; case
{"limits": {"component_bytes_max": 20}}
;)
(component (; longer than twenty bytes ;))
(; transcript
stopped: limit `component_bytes` of 20 reached, 46 used
;)
