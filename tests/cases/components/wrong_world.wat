(; case
{"about": "both what is there and what is expected are shown"}
;)
(component)
(; transcript
rejected: wrong_world: the component exports nothing, expected `run: func(input: string) -> result<string, record { message: string, code: option<string>, data: option<string> }>`
hint: Build it against world `script` or `script-async`.
;)
