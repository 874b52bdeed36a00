(; case
{"about": "both what is there and what is expected are shown"}
;)
(component)
(; transcript
;)
