//! WebAssembly scripts: the contract holds, bad components are rejected with a named reason, hostile ones end in time.

use std::time::Duration;

use callbox::{
    Catalog, End, Limit, Limits, Outcome, RunRequest, Stopped,
    outcome::{CallState, DiagnosticCode, LogLevel, Thrown},
};
use callbox_tests::{
    component::{Wat, importing, request, returning, script, wasi},
    fixtures, stage,
};
use serde_json::{Value, json};

use crate::{
    cli::{Place, Ran},
    typed,
    upstreams::fault_server,
};

fn catalog() -> Catalog {
    let (name, tools, host) = fixtures::kit();
    Catalog::builder().server(name, tools, host).build()
}

pub(crate) fn run(request: RunRequest) -> Outcome {
    stage::run(&catalog(), request)
}

#[track_caller]
fn value(outcome: &Outcome) -> &Value {
    match &outcome.end {
        End::Returned(returned) => &returned.value,
        _ => panic!("it did not return: {}", outcome.transcript()),
    }
}

#[track_caller]
fn thrown(outcome: &Outcome) -> &Thrown {
    match &outcome.end {
        End::Threw(thrown) => thrown,
        _ => panic!("it did not throw: {}", outcome.transcript()),
    }
}

#[track_caller]
fn rejected(outcome: &Outcome) -> Vec<(DiagnosticCode, &str)> {
    match &outcome.end {
        End::Rejected(diagnostics) => diagnostics.iter().map(|it| (it.code, it.message.as_str())).collect(),
        _ => panic!("it was not rejected: {}", outcome.transcript()),
    }
}

#[track_caller]
fn stopped_by(outcome: &Outcome, wanted: Limit) {
    match outcome.end {
        End::Stopped(Stopped::Limit { limit, .. }) if limit == wanted => {}
        _ => panic!("not stopped by `{wanted}`: {}", outcome.transcript()),
    }
}

#[test]
fn a_component_gets_its_input_and_returns() {
    let outcome = run(request(&script("(call $ok (local.get 0) (local.get 1))")).input(json!({ "a": [1, "ß"] })));
    assert_eq!(*value(&outcome), json!({ "a": [1, "ß"] }));
    assert!(outcome.usage.memory_bytes >= 2 << 16, "{:?}", outcome.usage);
}

#[test]
fn a_call_goes_through_the_books() {
    let mut wat = Wat::default();
    let call = wat.call("kit", "echo", r#"{"value":{"x":1}}"#);
    let outcome =
        run(request(&wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"))));
    assert_eq!(*value(&outcome), json!({ "x": 1 }));
    let [record] = outcome.calls.as_slice() else { panic!("{}", outcome.transcript()) };
    assert_eq!((record.name().as_str(), &record.arguments), ("kit.echo", &json!({ "value": { "x": 1 } })));
    assert_eq!(record.state, CallState::Finished { result_bytes: 7 });
    assert_eq!(outcome.usage.tool_calls, 1);
}

#[test]
fn functions_of_the_host_are_called_without_a_server() {
    let calling = |function: &str| {
        let mut wat = Wat::default();
        let call = wat.call("", function, r#"{"arguments":[2,3]}"#);
        let text = wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"));
        let times = |arguments: Vec<Value>| async move {
            let numbers = arguments.iter().filter_map(Value::as_i64);
            Ok::<_, callbox::ToolError>(json!(numbers.product::<i64>()))
        };
        run(request(&text).function("math.times", times))
    };
    let outcome = calling("math.times");
    assert_eq!(*value(&outcome), json!(6));
    assert_eq!((outcome.usage.tool_calls, outcome.calls[0].name().as_str()), (1, "math.times"));
    let outcome = calling("math.plus");
    assert_eq!(thrown(&outcome).code.as_deref(), Some("unknown_tool"));
    assert!(thrown(&outcome).message.contains("`math.plus`"), "{}", outcome.transcript());
}

#[track_caller]
fn failed_call(server: &str, tool: &str, arguments: &str) -> Thrown {
    let mut wat = Wat::default();
    let call = wat.call(server, tool, arguments);
    let wat = wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"));
    thrown(&run(request(&wat))).clone()
}

#[test]
fn a_failed_call_is_an_error_with_its_fields() {
    let failed = failed_call("kit", "fail", r#"{"message":"no","data":{"why":7}}"#);
    assert_eq!((failed.name.as_str(), failed.message.as_str()), ("ToolError", "no"));
    assert_eq!((failed.code.as_deref(), failed.value), (Some("tool_failed"), Some(json!({ "why": 7 }))));
    for (tool, arguments, code) in [
        ("add", r#"{"a":1}"#, "invalid_arguments"),
        ("echo", "[1]", "invalid_arguments"),
        ("echo", "{", "invalid_arguments"),
        ("wrong", "{}", "invalid_result"),
        ("ecko", "{}", "unknown_tool"),
    ] {
        assert_eq!(failed_call("kit", tool, arguments).code.as_deref(), Some(code), "{tool} {arguments}");
    }
    let unknown = failed_call("kid", "echo", "{}");
    assert_eq!(unknown.code.as_deref(), Some("unknown_server"));
    assert!(unknown.message.contains("`kit`"), "{}", unknown.message);
}

/// Two calls of `gate` answer only when both are present.
#[test]
fn calls_that_were_started_are_in_flight_together() {
    let mut wat = Wat::default();
    let gate = wat.call("kit", "gate", r#"{"n":2}"#);
    let body = format!(
        "(local.set 2 (call $start-call {gate})) (local.set 3 (call $start-call {gate}))
         (i32.store (i32.const 512) (local.get 2)) (i32.store (i32.const 516) (local.get 3))
         (drop (call $await-any (i32.const 512) (i32.const 2)))
         (call $await-call (local.get 2) (i32.const 256)) (call $await-call (local.get 3) (i32.const 320))
         (call $pass (i32.const 320))"
    );
    let outcome = run(request(&wat.script(&body)));
    assert_eq!(*value(&outcome), json!(2));
    assert_eq!(outcome.usage.tool_calls_at_once, 2);
}

#[test]
fn the_first_that_settles_is_named() {
    let mut wat = Wat::default();
    let (never, echo) = (wat.call("kit", "never", "{}"), wat.call("kit", "echo", r#"{"value":5}"#));
    let body = format!(
        "(i32.store (i32.const 512) (call $start-call {never})) (i32.store (i32.const 516) (call $start-call {echo}))
         (if (i32.ne (call $await-any (i32.const 512) (i32.const 2)) (i32.const 1)) (then unreachable))
         (call $await-call (i32.load (i32.const 516)) (i32.const 256)) (call $pass (i32.const 256))"
    );
    let outcome = run(request(&wat.script(&body)).limits(Limits { drain_ms_max: 20, ..Limits::default() }));
    assert_eq!(*value(&outcome), json!(5));
    assert_eq!(outcome.calls[0].state, CallState::Unknown);
}

const AWAIT_ANY_FOR: &str =
    r#"(import "callbox:script/tools@0.1.0" "await-any-for" (func $await-any-for (param i32 i32 i64 i32)))"#;

/// First waits for less time than the call takes, then for more.
#[test]
fn a_wait_for_calls_can_have_an_end() {
    let mut wat = Wat::default();
    let (never, slow) = (wat.call("kit", "never", "{}"), wat.call("kit", "slow", r#"{"ms":500,"value":7}"#));
    let wait =
        |ms: i64| format!("(call $await-any-for (i32.const 512) (i32.const 2) (i64.const {ms}) (i32.const 600))");
    let body = format!(
        "(i32.store (i32.const 512) (call $start-call {never})) (i32.store (i32.const 516) (call $start-call {slow}))
         {} (if (i32.load8_u (i32.const 600)) (then unreachable))
         (loop $again {} (br_if $again (i32.eqz (i32.load8_u (i32.const 600)))))
         (if (i32.ne (i32.load (i32.const 604)) (i32.const 1)) (then unreachable))
         (call $await-call (i32.load (i32.const 516)) (i32.const 256)) (call $pass (i32.const 256))",
        wait(20),
        wait(0)
    );
    let text = wasi(AWAIT_ANY_FOR, wat, &body);
    let outcome = run(request(&text).limits(Limits { drain_ms_max: 20, ..Limits::default() }));
    assert_eq!(*value(&outcome), json!(7));
}

/// Asks repeatedly, without any other wait.
#[test]
fn a_call_can_be_asked_whether_it_has_ended() {
    let mut wat = Wat::default();
    let (slow, never) = (wat.call("kit", "slow", r#"{"ms":20,"value":7}"#), wat.call("kit", "never", "{}"));
    let body = format!(
        "(local.set 2 (call $start-call {slow})) (local.set 3 (call $start-call {never}))
         (loop $again (local.set 4 (i32.add (local.get 4) (i32.const 1)))
           (br_if $again (i32.eqz (call $has-ended (local.get 2)))))
         (if (i32.eq (local.get 4) (i32.const 1)) (then unreachable))
         (if (call $has-ended (local.get 3)) (then unreachable))
         (if (i32.eqz (call $has-ended (local.get 2))) (then unreachable))
         (call $await-call (local.get 2) (i32.const 256)) (call $pass (i32.const 256))"
    );
    let outcome = run(request(&wat.script(&body)).limits(Limits { drain_ms_max: 20, ..Limits::default() }));
    assert_eq!(*value(&outcome), json!(7));
}

const SLEEP: &str = r#"(import "callbox:script/environment@0.1.0" "sleep" (func $sleep (param i64)))"#;

#[test]
fn calls_go_on_while_a_script_sleeps() {
    let mut wat = Wat::default();
    let slow = wat.call("kit", "slow", r#"{"ms":20,"value":7}"#);
    let body = format!(
        "(local.set 2 (call $start-call {slow}))
         (call $sleep (i64.const 300))
         (if (i32.eqz (call $has-ended (local.get 2))) (then unreachable))
         (call $await-call (local.get 2) (i32.const 256)) (call $pass (i32.const 256))"
    );
    let outcome = run(request(&wasi(SLEEP, wat, &body)));
    assert_eq!(*value(&outcome), json!(7));
    assert!(outcome.usage.wall_ms >= 300.0, "{:?}", outcome.usage);
}

#[test]
fn a_sleep_takes_wall_time_alone() {
    let text = wasi(SLEEP, Wat::default(), "(call $sleep (i64.const -1)) unreachable");
    let outcome = run(request(&text).limits(Limits { wall_ms_max: 300, ..Limits::default() }));
    assert!(matches!(outcome.end, End::Stopped(Stopped::Limit { limit: Limit::WallMs, .. })), "{:?}", outcome.end);
    assert!(outcome.usage.cpu_ms < 150.0, "{:?}", outcome.usage);
}

#[test]
fn waiting_for_no_call_is_a_deadlock() {
    let outcome = run(request(&script("(drop (call $await-any (i32.const 0) (i32.const 0))) unreachable")));
    assert_eq!(thrown(&outcome).code.as_deref(), Some("deadlock"));
    let wait = "(call $await-any-for (i32.const 0) (i32.const 0) (i64.const -1) (i32.const 600)) unreachable";
    let outcome = run(request(&wasi(AWAIT_ANY_FOR, Wat::default(), wait)));
    assert_eq!(thrown(&outcome).code.as_deref(), Some("deadlock"));
}

#[test]
fn calls_that_nobody_awaits_go_on_for_a_while() {
    let mut wat = Wat::default();
    let (slow, null) = (wat.call("kit", "slow", r#"{"ms":60,"value":1}"#), wat.text("null"));
    let dropped = format!("(call $drop-call (call $start-call {slow})) (call $ok {null})");
    let outcome = run(request(&wat.script(&dropped)));
    assert_eq!(*value(&outcome), Value::Null);
    assert!(matches!(outcome.calls[0].state, CallState::Finished { .. }), "{}", outcome.transcript());
}

#[test]
fn logs_keep_their_level() {
    let mut wat = Wat::default();
    let (line, null) = (wat.text("hot\u{1b}[31m"), wat.text("null"));
    let outcome = run(request(&wat.script(&format!("(call $log (i32.const 3) {line}) (call $ok {null})"))));
    assert_eq!((outcome.logs[0].level, outcome.logs[0].text.as_str()), (LogLevel::Warn, "hot\\u{1b}[31m"));
}

#[test]
fn what_is_not_json_is_told() {
    for text in ["", "nope", "{\"a\":}", "1 2", "\u{feff}1"] {
        let outcome = run(request(&returning(text)));
        assert_eq!(thrown(&outcome).code.as_deref(), Some("not_json"), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    stopped_by(&run(request(&returning(&deep))), Limit::JsonDepth);
}

#[test]
fn a_large_result_is_shown_shortened_and_kept_whole() {
    let text = serde_json::to_string(&"x".repeat(5_000)).expect("a text");
    let outcome = run(request(&returning(&text)).limits(Limits { returned_bytes_max: 1_000, ..Limits::default() }));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value.as_str().map(str::len), Some(5_000));
    assert!(returned.preview.is_some());
}

#[test]
fn traps_are_the_scripts_own_errors() {
    for (body, cause) in [
        ("unreachable", "unreachable"),
        ("(i32.load (i32.const -4))", "out of bounds memory"),
        ("(i32.div_u (i32.const 1) (i32.const 0))", "divide by zero"),
        ("(i32.trunc_f32_s (f32.const nan))", "invalid conversion"),
    ] {
        let outcome = run(request(&script(body)));
        let thrown = thrown(&outcome);
        assert_eq!(thrown.code.as_deref(), Some("trap"), "{body}");
        assert!(thrown.message.contains(cause), "{}", thrown.message);
    }
}

#[test]
fn a_trap_names_the_guests_functions() {
    let body = r#"(func $inner unreachable) (func $outer (call $inner))
        (func (export "run") (param i32 i32) (result i32) (call $outer) (i32.const 0))"#;
    let outcome = run(request(&Wat::default().module(body)));
    let message = &thrown(&outcome).message;
    assert!(message.contains("in `inner` < `outer`"), "{message}");
}

/// Invalid pointers and lengths, in both directions.
#[test]
fn lies_about_memory_are_traps() {
    for body in [
        "(call $ok (i32.const -16) (i32.const 64))",
        "(call $ok (i32.const 1024) (i32.const 0x7fffffff))",
        "(i32.const -8)",
        "(i32.const 3)",
        "(i32.store8 (i32.const 16) (i32.const 9)) (i32.const 16)",
        "(call $log (i32.const 1) (i32.const 1024) (i32.const -1)) unreachable",
        "(call $log (i32.const 77) (i32.const 1024) (i32.const 0)) unreachable",
        "(drop (call $await-any (i32.const 1024) (i32.const 0x3fffffff))) unreachable",
        "(call $await-call (i32.const 12345) (i32.const 256)) unreachable",
        "(call $drop-call (i32.const 1)) unreachable",
    ] {
        let outcome = run(request(&script(body)));
        assert_eq!(thrown(&outcome).code.as_deref(), Some("trap"), "{body}: {}", outcome.transcript());
    }
    let not_text = "(i32.store (i32.const 1024) (i32.const -1)) (call $ok (i32.const 1024) (i32.const 4))";
    assert_eq!(thrown(&run(request(&script(not_text)))).code.as_deref(), Some("trap"));
}

#[test]
fn recursion_ends_at_the_stack_limit() {
    let body = r#"(func $deep (param i64 i64 i64 i64) (call $deep (local.get 3) (local.get 2) (local.get 1) (local.get 0)) (drop (i64.add (local.get 0) (local.get 1))))
        (func (export "run") (param i32 i32) (result i32) (call $deep (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)) (i32.const 0))"#;
    stopped_by(&run(request(&Wat::default().module(body))), Limit::StackBytes);
}

fn tight() -> Limits {
    Limits { cpu_ms_max: 100, memory_bytes_max: 4 << 20, ..Limits::default() }
}

#[test]
fn endless_code_ends_with_its_time() {
    let outcome = run(request(&script("(loop (br 0)) unreachable")).limits(tight()));
    stopped_by(&outcome, Limit::CpuMs);
    let start = Wat::default().module(
        r#"(func $spin (loop (br 0))) (start $spin) (func (export "run") (param i32 i32) (result i32) (i32.const 0))"#,
    );
    stopped_by(&run(request(&start).limits(tight())), Limit::CpuMs);
    let wall = Limits { cpu_ms_max: 60_000, wall_ms_max: 100, ..Limits::default() };
    stopped_by(&run(request(&script("(loop (br 0)) unreachable")).limits(wall)), Limit::WallMs);
}

#[test]
fn growth_of_anything_ends_with_its_memory() {
    let memory = script("(loop (drop (memory.grow (i32.const 1))) (br 0)) unreachable");
    stopped_by(&run(request(&memory).limits(tight())), Limit::MemoryBytes);
    let table = r#"(table $t 1 funcref)
        (func (export "run") (param i32 i32) (result i32)
          (loop (drop (table.grow $t (ref.null func) (i32.const 1000))) (br 0)) unreachable)"#;
    stopped_by(&run(request(&Wat::default().module(table)).limits(tight())), Limit::MemoryBytes);
    let outcome = run(request(
        &Wat::default()
            .module(r#"(table $t 400000 funcref) (func (export "run") (param i32 i32) (result i32) (i32.const 0))"#),
    )
    .limits(tight()));
    stopped_by(&outcome, Limit::MemoryBytes);
}

/// A rejected growth ends the run; one beyond the module's own maximum is the guest's to handle.
#[test]
fn a_memory_may_have_a_maximum_of_its_own() {
    let text = returning("true").replace(r#"(memory (export "memory") 2)"#, r#"(memory (export "memory") 2 3)"#);
    let text = text
        .replace("(call $ok", "(if (i32.ne (memory.grow (i32.const 5)) (i32.const -1)) (then unreachable)) (call $ok");
    assert!(text.contains("memory.grow (i32.const 5)"));
    let outcome = run(request(&text));
    assert_eq!(*value(&outcome), json!(true));
}

#[test]
fn calls_stop_at_their_limits() {
    let mut wat = Wat::default();
    let echo = wat.call("kit", "echo", "{}");
    let flood = wat.script(&format!("(loop (drop (call $start-call {echo})) (br 0)) unreachable"));
    let outcome = run(request(&flood).limits(Limits { tool_calls_max: 7, ..Limits::default() }));
    stopped_by(&outcome, Limit::ToolCalls);
    assert_eq!(outcome.calls.len(), 7);
    let mut wat = Wat::default();
    let big = wat.call("kit", "big", r#"{"bytes":5000}"#);
    let big = wat.script(&format!("(call $call-tool {big} (i32.const 256)) (call $pass (i32.const 256))"));
    let outcome = run(request(&big).limits(Limits { result_bytes_max: 1_000, ..Limits::default() }));
    stopped_by(&outcome, Limit::ResultBytes);
}

/// A call to an unknown tool does not count as a call, but the host holds its failure.
#[test]
fn handles_are_bounded_too() {
    let mut wat = Wat::default();
    let unknown = wat.call("kit", "ecko", "{}");
    let flood = wat.script(&format!("(loop (drop (call $start-call {unknown})) (br 0)) unreachable"));
    let outcome = run(request(&flood));
    assert_eq!(thrown(&outcome).code.as_deref(), Some("trap"), "{}", outcome.transcript());
    assert!(outcome.calls.is_empty());
}

#[test]
fn a_call_that_never_answers_ends_with_the_run() {
    let mut wat = Wat::default();
    let never = wat.call("kit", "never", "{}");
    let never = wat.script(&format!("(call $call-tool {never} (i32.const 256)) unreachable"));
    let outcome = run(request(&never).limits(Limits { wall_ms_max: 100, ..Limits::default() }));
    stopped_by(&outcome, Limit::WallMs);
    assert_eq!(outcome.calls[0].state, CallState::Unknown);
    assert!(outcome.usage.cpu_ms < 100.0, "{:?}", outcome.usage);
}

#[test]
fn a_wrong_world_is_refused_with_both_types() {
    let outcome = run(request("(component)"));
    let [(DiagnosticCode::WrongWorld, message)] = rejected(&outcome)[..] else { panic!("{}", outcome.transcript()) };
    assert!(message.contains("exports nothing") && message.contains("`run: func(input: string)"), "{message}");
    let other = r#"(component
        (core module $m (func (export "run") (param i32) (result i32) (local.get 0)))
        (core instance $i (instantiate $m))
        (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))"#;
    let outcome = run(request(other));
    let [(DiagnosticCode::WrongWorld, message)] = rejected(&outcome)[..] else { panic!("{}", outcome.transcript()) };
    assert!(message.contains("`func(n: u32) -> u32`") && message.contains("func(input: string)"), "{message}");
}

/// All ungranted imports are named at once, and nothing runs.
#[test]
fn imports_that_nobody_grants_are_all_named() {
    let text = r#"(component
        (import "wasi:sockets/tcp@0.2.3" (instance (export "x" (func))))
        (import "wasi:http/outgoing-handler@0.2.3" (instance (export "x" (func))))
        (import "other:thing/api" (instance (export "x" (func))))
        (import "callbox:script/tools@9.0.0" (instance (export "x" (func))))
        (core module $m
          (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
          (func (export "run") (param i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m))
        (type $error' (record (field "message" string) (field "code" (option string)) (field "data" (option string))))
        (export $error "error" (type $error'))
        (func (export "run") (param "input" string) (result (result string (error $error)))
          (canon lift (core func $i "run") (memory $i "memory") (realloc (func $i "realloc")))))"#;
    let outcome = run(request(text));
    let found = rejected(&outcome);
    let names =
        ["wasi:sockets/tcp@0.2.3", "wasi:http/outgoing-handler@0.2.3", "other:thing/api", "callbox:script/tools@9.0.0"];
    assert_eq!(found.len(), names.len(), "{found:?}");
    for ((code, message), name) in found.iter().zip(names) {
        assert_eq!(*code, DiagnosticCode::UnknownImport);
        assert!(message.contains(&format!("`{name}`")), "{message}");
    }
}

#[test]
fn bytes_that_are_no_component_are_refused() {
    let good = wat_bytes(&returning("1"));
    let refused = |bytes: Vec<u8>| {
        let outcome = run(RunRequest::program(callbox::ComponentSource::new(bytes)));
        rejected(&outcome).iter().map(|(code, _)| *code).collect::<Vec<_>>()
    };
    for cut in [8, 9, 20, good.len() / 2, good.len() - 1] {
        assert_eq!(refused(good[..cut].to_vec()).len(), 1, "cut at {cut}");
    }
    assert_eq!(refused(b"\0asm\x01\0\0\0".to_vec()), [DiagnosticCode::InvalidComponent]);
    assert_eq!(refused(b"(module (func $a".to_vec()), [DiagnosticCode::InvalidComponent]);
    assert_eq!(refused(b"\0asm\xff\xff\xff\xff".to_vec()), [DiagnosticCode::InvalidComponent]);
}

fn wat_bytes(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("it is a module")
}

/// Each flipped bit makes another program; each ends in a typed way, and soon.
#[test]
fn flipped_bits_come_to_a_typed_end() {
    let good = wat_bytes(&returning("1"));
    let limits = Limits { cpu_ms_max: 50, wall_ms_max: 20_000, memory_bytes_max: 8 << 20, ..Limits::default() };
    for at in (0..good.len()).step_by(7) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        let outcome = run(RunRequest::program(callbox::ComponentSource::new(bytes)).limits(limits.clone()));
        assert!(!matches!(outcome.end, End::Faulted(_)), "byte {at}: {}", outcome.transcript());
    }
}

#[test]
fn a_core_module_without_a_memory_is_refused_by_name() {
    let outcome = run(request(r#"(module (func (export "run") (param i32 i32) (result i32) (i32.const 0)))"#));
    let [(DiagnosticCode::InvalidComponent, message)] = rejected(&outcome)[..] else {
        panic!("{}", outcome.transcript())
    };
    assert!(message.contains("memory") || message.contains("cabi_realloc"), "{message}");
}

#[test]
fn size_is_bounded_before_anything_is_read() {
    let outcome = run(RunRequest::program(callbox::ComponentSource::new(vec![0; 100 << 20])));
    stopped_by(&outcome, Limit::ComponentBytes);
}

#[test]
fn a_million_functions_are_refused_before_they_are_compiled() {
    let outcome = run(RunRequest::program(callbox::ComponentSource::new(functions(1_000_000))));
    let [(DiagnosticCode::TooLarge, message)] = rejected(&outcome)[..] else { panic!("{}", outcome.transcript()) };
    assert!(message.contains("functions"), "{message}");
}

/// Returns a core module with that many empty functions, in binary form.
fn functions(count: u32) -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    section(&mut bytes, 3, count, &[0]);
    section(&mut bytes, 10, count, &[2, 0, 0x0b]);
    bytes
}

fn section(bytes: &mut Vec<u8>, id: u8, count: u32, entry: &[u8]) {
    let mut body = leb(count);
    (0..count).for_each(|_| body.extend_from_slice(entry));
    bytes.push(id);
    bytes.extend(leb(u32::try_from(body.len()).expect("it is small")));
    bytes.extend(body);
}

fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Thirty components, each of which instantiates the previous one twice.
#[test]
fn a_bomb_of_instances_is_refused_before_it_goes_off() {
    let mut text = "(component (component $c0 (core module $m) (core instance (instantiate $m)))".to_owned();
    for at in 1..30 {
        let before = at - 1;
        text += &format!(
            "(component $c{at} (alias outer 1 $c{before} (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))"
        );
    }
    text += "(instance (instantiate $c29)))";
    let outcome = run(request(&text));
    let [(DiagnosticCode::TooLarge, message)] = rejected(&outcome)[..] else { panic!("{}", outcome.transcript()) };
    assert!(message.contains("instances"), "{message}");
}

#[test]
fn nothing_is_shared_between_runs() {
    let body = r#"(data (i32.const 1024) "01") (global $runs (mut i32) (i32.const 0))
        (func (export "run") (param i32 i32) (result i32)
          (if (i32.or (global.get $runs) (i32.load8_u (i32.const 2048))) (then unreachable))
          (global.set $runs (i32.const 1)) (i32.store8 (i32.const 2048) (i32.const 1))
          (call $ok (i32.const 1025) (i32.const 1)))"#;
    let source = callbox::ComponentSource::new(Wat::default().module(body));
    for _ in 0..3 {
        assert_eq!(*value(&run(RunRequest::program(source.clone()))), json!(1));
    }
}

/// While one run spins to its limit, another returns; the next run is clean.
#[test]
fn a_healthy_run_goes_on_beside_a_hostile_one() {
    let (catalog, limits) = (catalog(), Limits { cpu_ms_max: 300, ..Limits::default() });
    let spin = request(&script("(loop (br 0)) unreachable")).limits(limits);
    let good = request(&returning("7"));
    let (spun, well) = stage::wait(async {
        futures::join!(stage::sandbox().run(&catalog, spin), stage::sandbox().run(&catalog, good.clone()))
    });
    stopped_by(&spun.expect("the machine can run it"), Limit::CpuMs);
    assert_eq!(*value(&well.expect("the machine can run it")), json!(7));
    assert_eq!(*value(&run(good)), json!(7));
}

#[test]
fn cancelling_ends_a_run_that_computes_and_one_that_waits() {
    let mut wat = Wat::default();
    let never = wat.call("kit", "never", "{}");
    let waits = wat.script(&format!("(call $call-tool {never} (i32.const 256)) unreachable"));
    for text in [script("(loop (br 0)) unreachable"), waits] {
        let token = callbox::CancellationToken::new();
        let later = token.clone();
        stage::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            later.cancel();
        });
        let outcome = run(request(&text).cancel(token));
        assert!(matches!(outcome.end, End::Stopped(Stopped::Cancelled)), "{}", outcome.transcript());
    }
}

const FD_WRITE: &str =
    r#"(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))"#;

#[test]
fn standard_streams_become_lines_of_logs() {
    let mut wat = Wat::default();
    let (text, null) = (wat.text("one\ntwo"), wat.text("null"));
    let (at, length) = text.split_once(") ").expect("two operands");
    let body = format!(
        "(i32.store (i32.const 512) {at})) (i32.store (i32.const 516) {length})
         (drop (call $fd_write (i32.const 1) (i32.const 512) (i32.const 1) (i32.const 600)))
         (drop (call $fd_write (i32.const 2) (i32.const 512) (i32.const 1) (i32.const 600)))
         (call $ok {null})"
    );
    let text = wasi(FD_WRITE, wat, &body);
    let outcome = run(request(&text));
    let logs: Vec<_> = outcome.logs.iter().map(|log| (log.level, log.text.as_str())).collect();
    let expected = [(LogLevel::Log, "one"), (LogLevel::Error, "one"), (LogLevel::Log, "two"), (LogLevel::Error, "two")];
    assert_eq!(logs, expected, "{}", outcome.transcript());
    assert_eq!(outcome.usage.log_bytes, 12 + 4, "the texts, and the ends of the lines");
    stopped_by(&run(request(&text).limits(Limits { log_bytes_max: 10, ..Limits::default() })), Limit::LogBytes);
}

#[test]
fn exiting_ends_the_run_in_a_typed_way() {
    let exit = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
    let outcome = run(request(&wasi(exit, Wat::default(), "(call $exit (i32.const 3)) unreachable")));
    let thrown = thrown(&outcome);
    assert_eq!((thrown.name.as_str(), thrown.code.as_deref()), ("Exit", Some("exit")));
}

/// Printing eight bytes as decimal digits would be too much work in WAT, so they come back in a log.
#[test]
fn chance_and_time_follow_seed_and_clock() {
    let imports = r#"
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))"#;
    let mut wat = Wat::default();
    let slow = wat.call("kit", "slow", r#"{"ms":20}"#);
    let body = "
        (if (call $random (i32.const 2048) (i32.const 4)) (then unreachable))
        (if (call $clock (i32.const 0) (i64.const 1) (i32.const 2056)) (then unreachable))
        (if (call $clock (i32.const 1) (i64.const 1) (i32.const 2064)) (then unreachable))
        (local.set 2 (i32.const 2048))
        (loop
          (i32.store8 (i32.add (i32.const 3000) (i32.sub (local.get 2) (i32.const 2048)))
            (i32.add (i32.const 48) (i32.and (i32.load8_u (local.get 2)) (i32.const 7))))
          (local.set 2 (i32.add (local.get 2) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get 2) (i32.const 2072))))
        (i32.store8 (i32.const 2999) (i32.const 34)) (i32.store8 (i32.const 3024) (i32.const 34))
        (call $ok (i32.const 2999) (i32.const 26))";
    // Frozen time can only be observed after real time has passed.
    let text = wasi(imports, wat, &format!("(call $call-tool {slow} (i32.const 256)) {body}"));
    let drawn = |seed: u64, clock: f64| value(&run(request(&text).seed(seed).clock_ms(clock))).clone();
    assert_eq!(drawn(1, 1e12), drawn(1, 1e12));
    assert_ne!(drawn(1, 1e12), drawn(2, 1e12));
    assert_ne!(drawn(1, 1e12), drawn(1, 2e12));
    let monotonic = drawn(1, 1e12).as_str().map(|text| text[16..].to_owned());
    assert_eq!(monotonic.as_deref(), Some("00000000"), "a given time stands still");
}

#[test]
fn a_component_sees_the_variables_it_is_given_and_no_others() {
    let imports = r#"
        (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))"#;
    let body = "(drop (call $sizes (i32.const 2048) (i32.const 2052)))
        (drop (call $environ (i32.const 2100) (i32.const 3001)))
        (i32.store8 (i32.const 3000) (i32.const 34))
        (if (i32.load (i32.const 2052)) (then
          (i32.store8 (i32.add (i32.const 3000) (i32.load (i32.const 2052))) (i32.const 34))
          (return (call $ok (i32.const 3000) (i32.add (i32.const 1) (i32.load (i32.const 2052)))))))
        (i32.store8 (i32.const 3001) (i32.const 34)) (call $ok (i32.const 3000) (i32.const 2))";
    let text = wasi(imports, Wat::default(), body);
    assert_eq!(*value(&run(request(&text))), json!(""));
    assert_eq!(*value(&run(request(&text).variable("A", "b=c"))), json!("A=b=c"));
}

#[test]
fn compiled_components_are_kept_for_the_next_process() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("components");
    let text = returning("11");
    for _ in 0..2 {
        let sandbox = callbox::Sandbox::builder().component_cache(&folder).build().expect("the folder is ours");
        let outcome = stage::wait(sandbox.run(&catalog(), request(&text))).expect("the machine can run it");
        assert_eq!(*value(&outcome), json!(11));
    }
    let kept = std::fs::read_dir(&folder).expect("the folder").count();
    assert_eq!(kept, 2, "a key and one compiled component");
}

#[test]
fn what_a_component_is_made_of_can_be_asked() {
    let source = callbox::ComponentSource::new(returning("1"));
    let anatomy =
        stage::wait(stage::sandbox().anatomy(&source, &Limits::default(), &callbox::CancellationToken::new()))
            .expect("it compiles");
    assert!(anatomy.diagnostics.is_empty(), "{anatomy:?}");
    let run = anatomy.exports.iter().find(|export| export.name == "run").expect("it exports `run`");
    assert!(run.signature.as_deref().is_some_and(|it| it.starts_with("func(input: string) -> result<string")));
}

#[test]
fn compiling_is_bounded_in_time() {
    let limits = Limits { component_compile_ms_max: 0, ..Limits::default() };
    stopped_by(&run(request(&returning("\"never compiled before\"")).limits(limits)), Limit::ComponentCompileMs);
}

/// The same world with async functions: two calls that answer only together, started before either is awaited.
#[test]
fn an_async_component_calls_in_parallel() {
    let outcome = run(request(ASYNC));
    assert_eq!(*value(&outcome), json!(2));
    assert_eq!(outcome.usage.tool_calls_at_once, 2);
}

const ASYNC: &str = include_str!("components/async.wat");

/// Calls the demo's tracker from a component; the second run reuses what the first compiled.
#[test]
fn the_program_runs_and_checks_components_whatever_they_are_called() {
    let mut wat = Wat::default();
    let call = wat.call("tracker", "list_issues", r#"{"limit":1}"#);
    let text = wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"));
    let place =
        Place::new(&[("a.wat", &text), ("b.js", "(component)"), ("c.wasm", "return 3;"), ("d.wasm", "\x7fELF")]);
    std::fs::write(place.0.path().join("e"), wat_bytes(&returning("9"))).expect("a file");
    let tools = r#"(import "callbox:script/tools@0.1.0" (instance (export "call-tool" (func (param "tool" string)))))"#;
    std::fs::write(place.0.path().join("f.wat"), importing(tools)).expect("a file");
    let program = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("XDG_CACHE_HOME", place.0.path().join("cache"));
        Ran::of(command.output().expect("the program starts"))
    };
    for _ in 0..2 {
        let ran = program(&["run", "--demo", "a.wat"]).ends(0);
        assert_eq!(ran.json()["issues"].as_array().map(Vec::len), Some(1));
    }
    let kept = place.0.path().join("cache/callbox/components");
    assert_eq!(std::fs::read_dir(kept).expect("the cache").count(), 2);
    program(&["run", "b.js"]).ends(2).says(&["wrong_world", "exports nothing"]);
    assert_eq!(program(&["run", "c.wasm"]).ends(0).json(), json!(3));
    program(&["run", "d.wasm"]).ends(2).says(&["compiled ahead of time"]);
    assert_eq!(program(&["run", "e"]).ends(0).json(), json!(9));
    let checked = program(&["check", "a.wat", "--offline"]).ends(0);
    assert!(checked.out.contains("import callbox:script/tools@0.1.0  callbox"), "{}", checked.out);
    assert!(checked.out.contains("export run: func(input: string)"), "{}", checked.out);
    // The name is right but the type is not: detected without any server.
    program(&["check", "f.wat", "--offline"]).ends(2).says(&["different type", "call-tool"]);
    program(&["run", "f.wat"]).ends(2).says(&["different type", "call-tool"]);
    let refused = program(&["check", "b.js", "--json"]).ends(2).json();
    assert_eq!(refused["end"]["diagnostics"][0]["code"], json!("wrong_world"));
}

/// The list contains a server that cannot be started: a script that does not need it is not told.
#[test]
fn only_the_servers_of_typed_functions_are_started() {
    let servers = json!({ "mcpServers": {
        "steady": { "command": fault_server() }, "broken": { "command": "/nowhere/server" } } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let wit = place.run(&["types", "steady", "--target", "wit"]).ends(0).out;
    let typed = typed::component::component(&wit, typed::component::nothing).expect("a component");
    std::fs::write(place.0.path().join("typed.wasm"), typed.bytes()).expect("a file");
    std::fs::write(place.0.path().join("by-name.wat"), returning("1")).expect("a file");
    let quiet = place.run(&["run", "typed.wasm"]).ends(0);
    assert!(!quiet.err.contains("broken"), "{}", quiet.err);
    let told = place.run(&["run", "by-name.wat"]).ends(0);
    assert!(told.err.contains("broken"), "{}", told.err);
}
