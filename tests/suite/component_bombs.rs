//! WebAssembly scripts that would exhaust the host without using memory of their own: each is rejected or stopped, and
//! the process stays small.

use std::time::Duration;

use callbox::{
    Catalog, ComponentSource, End, Limit, Limits, Outcome, Program, RunRequest, Server, Stopped, Tool, ToolError,
    ToolHost, ToolReply, ToolRequest, outcome::DiagnosticCode,
};
use callbox_bindings::{WitCalls, wit};
use callbox_tests::{
    component::{Wat, request, returning, script},
    stage,
};
use futures::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};

use crate::{components::run, gateway_life, typed};

#[track_caller]
fn stopped_by(outcome: &Outcome, wanted: Limit) {
    match outcome.end {
        End::Stopped(Stopped::Limit { limit, value, used }) if limit == wanted && used >= value => {}
        _ => panic!("not stopped by `{wanted}`: {}", outcome.transcript()),
    }
}

#[track_caller]
fn too_large(outcome: &Outcome, what: &str) {
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    let [diagnostic] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(diagnostic.code, DiagnosticCode::TooLarge);
    assert!(diagnostic.message.contains(what), "{}", diagnostic.message);
}

/// Every line counts at least its line end, however it is written.
#[test]
fn lines_without_text_are_not_free() {
    let limits = Limits { log_bytes_max: 1_000, ..Limits::default() };
    let log = script("(loop (call $log (i32.const 1) (i32.const 1024) (i32.const 0)) (br 0)) unreachable");
    let outcome = run(request(&log).limits(limits.clone()));
    stopped_by(&outcome, Limit::LogBytes);
    assert_eq!(outcome.logs.len(), 1_000);
    stopped_by(&run(RunRequest::new("for (;;) console.log('')").limits(limits)), Limit::LogBytes);
}

/// Answers with a text of that many bytes.
struct Answering(usize);

const LARGE: Answering = Answering(1 << 20);

impl ToolHost for Answering {
    fn call(&self, _: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        std::future::ready(Ok(Value::from("x".repeat(self.0)).into())).boxed()
    }
}

fn large() -> Catalog {
    let tool = Tool::from_json(&json!({ "name": "get", "inputSchema": { "type": "object" } })).expect("a tool");
    Catalog::builder().server("large", vec![tool], std::sync::Arc::new(LARGE)).build()
}

/// Repeats `body` a hundred times; `$call` stands for the operands of the call.
fn hundred(body: &str) -> String {
    let mut wat = Wat::default();
    let (call, null) = (wat.call("large", "get", "{}"), wat.text("null"));
    let body = body.replace("$call", &call);
    wat.script(&format!(
        "(local.set 2 (i32.const 100))
         (loop $again {body} (br_if $again (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
         (call $ok {null})"
    ))
}

#[test]
fn answers_that_nobody_takes_are_held_to_the_memory_limit() {
    let limits = Limits { memory_bytes_max: 8 << 20, ..Limits::default() };
    let held = hundred("(local.set 3 (call $start-call $call)) (drop (call $has-ended (local.get 3)))");
    stopped_by(&stage::run(&large(), request(&held).limits(limits.clone())), Limit::MemoryBytes);
    // Dropped ones are not held.
    let dropped = hundred(
        "(local.set 3 (call $start-call $call)) (drop (call $has-ended (local.get 3))) (call $drop-call (local.get 3))",
    );
    let outcome = stage::run(&large(), request(&dropped).limits(limits));
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    assert_eq!(outcome.usage.tool_calls, 100);
}

/// The name of an unknown tool, one megabyte long.
#[test]
fn names_that_nobody_has_are_shortened() {
    let body = "(call $call-tool (i32.const 1024) (i32.const 100000) (i32.const 1024) (i32.const 100000) (i32.const 1024) (i32.const 2) (i32.const 256))
         (call $pass (i32.const 256))";
    let mut wat = Wat::default();
    let _ = wat.text("{}");
    let outcome = run(request(&wat.script(body)));
    let End::Threw(thrown) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(thrown.code.as_deref(), Some("unknown_server"));
    assert!(thrown.message.len() < 4_000, "{} bytes", thrown.message.len());
}

#[test]
fn many_small_values_count_as_what_they_become() {
    let limits = Limits { memory_bytes_max: 2 << 20, ..Limits::default() };
    let many = format!("[{}0]", "0,".repeat(25_000));
    stopped_by(&run(request(&returning(&many)).limits(limits.clone())), Limit::MemoryBytes);
    // The same in JavaScript, whose engine stores an element in eight bytes.
    let javascript = RunRequest::new("return new Array(300_000).fill(0)");
    let limits_of_16 = Limits { memory_bytes_max: 16 << 20, ..Limits::default() };
    stopped_by(&run(javascript.limits(limits_of_16)), Limit::MemoryBytes);
    // The arguments of all calls together may have four times as many.
    let mut wat = Wat::default();
    let call = wat.call("kit", "echo", &format!(r#"{{"value":{many}}}"#));
    let calling = wat.script(&format!("(loop (call $call-tool {call} (i32.const 256)) (br 0)) unreachable"));
    let outcome = run(request(&calling).limits(limits));
    stopped_by(&outcome, Limit::MemoryBytes);
    assert_eq!(outcome.usage.tool_calls, 3);
}

#[test]
fn errors_that_are_returned_are_shortened() {
    let mut wat = Wat::default();
    let text = wat.text(&"x".repeat(60_000));
    let body = format!(
        "(drop (call $err {text}))
         (i32.store (i32.const 28) (i32.const 1)) (i32.store (i32.const 32) (i32.const 1024)) (i32.store (i32.const 36) (i32.const 60000))
         (i32.store (i32.const 40) (i32.const 1)) (i32.store (i32.const 44) (i32.const 1024)) (i32.store (i32.const 48) (i32.const 60000))
         (i32.const 16)"
    );
    let limits = Limits { returned_bytes_max: 50_000, ..Limits::default() };
    let outcome = run(request(&wat.script(&body)).limits(limits));
    let End::Threw(thrown) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert!(thrown.message.chars().count() <= (16 << 10) + 1);
    assert!(thrown.code.as_ref().is_some_and(|code| code.chars().count() <= 81), "{:?}", thrown.code);
    assert_eq!(thrown.value, None);
}

/// Arguments are checked before they are parsed.
#[test]
fn arguments_past_their_limit_end_the_run_whatever_they_are() {
    let body = "(call $call-tool (i32.const 1024) (i32.const 3) (i32.const 1027) (i32.const 4) (i32.const 0) (i32.const 70000) (i32.const 256)) unreachable";
    let mut wat = Wat::default();
    let _ = (wat.text("kit"), wat.text("echo"));
    let limits = Limits { argument_bytes_max: 60_000, ..Limits::default() };
    stopped_by(&run(request(&wat.script(body)).limits(limits)), Limit::ArgumentBytes);
}

#[test]
fn arguments_that_nest_too_deep_fail_the_call() {
    let mut wat = Wat::default();
    let deep = format!(r#"{{"value":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let call = wat.call("kit", "echo", &deep);
    let outcome =
        run(request(&wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"))));
    let End::Threw(thrown) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(thrown.code.as_deref(), Some("invalid_arguments"));
    assert_eq!(outcome.usage.tool_calls, 0, "nothing was sent");
}

/// A host function accepts as much as a tool may answer, which is more than a tool's arguments may be.
#[test]
fn what_is_handed_to_the_host_may_be_as_long_as_a_result() {
    let mut wat = Wat::default();
    let call = wat.call("", "length", &format!(r#"{{"arguments":["{}"]}}"#, "x".repeat(50_000)));
    let text = wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"));
    let length = |arguments: Vec<Value>| async move {
        Ok::<_, ToolError>(json!(arguments.first().and_then(Value::as_str).map(str::len)))
    };
    let limits = Limits { argument_bytes_max: 1_000, ..Limits::default() };
    let outcome = run(request(&text).function("length", length).limits(limits));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!(50_000));
}

/// Text that only looks like JSON: a malformed number, half a character.
#[test]
fn arguments_that_cannot_be_read_are_not_sent() {
    for arguments in [r#"{"value":1e999}"#, r#"{"value":"\ud800"}"#, r#"{"value":1} x"#] {
        let mut wat = Wat::default();
        let call = wat.call("kit", "echo", arguments);
        let text = wat.script(&format!("(call $call-tool {call} (i32.const 256)) (call $pass (i32.const 256))"));
        let outcome = run(request(&text));
        let End::Threw(thrown) = &outcome.end else { panic!("{arguments}: {}", outcome.transcript()) };
        assert_eq!((thrown.code.as_deref(), outcome.usage.tool_calls), (Some("invalid_arguments"), 0), "{arguments}");
    }
}

/// Records with almost all properties absent.
#[test]
fn properties_that_are_absent_take_no_room() {
    let names: Vec<String> = (0..200).map(|at| format!("p{at}")).collect();
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({ "type": "boolean" }))).collect();
    let items = json!({ "type": "array", "items": { "type": "object", "properties": properties } });
    let schema = json!({ "type": "object", "required": ["rows"], "properties": { "rows": items } });
    let tool = Tool::from_json(&json!({ "name": "put", "inputSchema": schema })).expect("a tool");
    let catalog = Catalog::builder().server("large", vec![tool.clone()], std::sync::Arc::new(Answering(1))).build();
    let wit = wit(&[Server::new("large", vec![tool])]).text(WitCalls::Plain);
    // Zeroed memory is rows without any properties, each 400 bytes long.
    let body = |_: &[typed::component::Imported]| {
        "(drop (memory.grow (i32.const 200)))
         (local.set $left (i32.const 100))
         (loop $again
           (call $f0 (i32.const 131072) (i32.const 1000) (i32.const 1024))
           (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
         (i32.const 16)"
            .to_owned()
    };
    let component = typed::component::component(&wit, body).expect("a component");
    let limits = Limits { memory_bytes_max: 32 << 20, cpu_ms_max: 120_000, wall_ms_max: 240_000, ..Limits::default() };
    // Includes memory that was allocated but never touched.
    let data = || gateway_life::memory_kib(std::process::id(), "VmData") >> 10;
    let before = data();
    let outcome = stage::run(&catalog, RunRequest::program(component).limits(limits));
    let taken = data().saturating_sub(before);
    assert_eq!(outcome.usage.tool_calls, 100, "{}", outcome.end.kind());
    assert!(taken < 1_000, "{taken} MiB");
}

/// A list whose items are all the same text: the host's copy would be larger than the guest's memory.
#[test]
fn lists_that_overlap_are_held_to_what_the_guest_may_have() {
    let schema = json!({ "type": "object", "required": ["texts"], "properties": {
        "texts": { "type": "array", "items": { "type": "string" } } } });
    let tool = Tool::from_json(&json!({ "name": "put", "inputSchema": schema })).expect("a tool");
    let catalog = Catalog::builder().server("large", vec![tool.clone()], std::sync::Arc::new(LARGE)).build();
    let wit = wit(&[Server::new("large", vec![tool])]).text(WitCalls::Plain);
    let thousand = |_: &[typed::component::Imported]| {
        "(local.set $left (i32.const 1000))
         (loop $again
           (i32.store (i32.add (i32.const 4096) (i32.mul (local.get $left) (i32.const 8))) (i32.const 65536))
           (i32.store (i32.add (i32.const 4100) (i32.mul (local.get $left) (i32.const 8))) (i32.const 60000))
           (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
         (call $f0 (i32.const 4104) (i32.const 1000) (i32.const 1024))
         (i32.const 16)"
            .to_owned()
    };
    let component = typed::component::component(&wit, thousand).expect("a component");
    let limits = Limits { memory_bytes_max: 8 << 20, argument_bytes_max: 1 << 30, ..Limits::default() };
    stopped_by(&stage::run(&catalog, RunRequest::program(component).limits(limits)), Limit::MemoryBytes);
}

#[test]
fn globals_are_counted_for_every_instance() {
    let module = format!("(core module $m {})", "(global i32 (i32.const 0))".repeat(50_000));
    let instances = "(core instance (instantiate $m))".repeat(100);
    too_large(&run(request(&format!("(component {module} {instances})"))), "entries of instances");
}

#[test]
fn adapters_are_counted_for_every_instance() {
    let aliases = r#"(alias export $i "f" (func))"#.repeat(2_000);
    let inner = format!(r#"(component $c (import "i" (instance $i (export "f" (func)))) {aliases})"#);
    let instances = r#"(instance (instantiate $c (with "i" (instance $i))))"#.repeat(900);
    let outer = format!(r#"(component (import "i" (instance $i (export "f" (func)))) {inner} {instances})"#);
    too_large(&run(request(&outer)), "adapters and aliases");
}

/// Each component instantiates its argument twice, and is given the previous one.
#[test]
fn components_that_take_components_cannot_grow_unseen() {
    let twice =
        r#"(component $twice (import "c" (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))"#;
    let first = "(component $c0 (core module $m) (core instance (instantiate $m)))";
    let next = |at: usize| {
        format!(r#"(component $c{at} (instance (instantiate $twice (with "c" (component $c{}))))) "#, at - 1)
    };
    let all: String = (1..=40).map(next).collect();
    let bomb = format!("(component {twice} {first} {all} (instance (instantiate $c40)))");
    too_large(&run(request(&bomb)), "cannot be counted");
}

#[test]
fn text_is_bounded_before_it_is_read() {
    let text = format!("(component {})", " ".repeat(9 << 20));
    too_large(&run(request(&text)), "bytes of text");
}

/// Returns a section, or anything else preceded by its length.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let (mut sized, mut length) = (Vec::new(), bytes.len());
    while length > 0x7f {
        sized.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    sized.push(length as u8);
    [sized.as_slice(), bytes].concat()
}

/// Returns a component with a single section.
fn component_of(section: u8, content: &[u8]) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0", [section].as_slice(), &sized(content)].concat()
}

/// Nested types, of a component and within a core module's type declarations.
#[test]
fn types_that_nest_deep_are_refused_before_anything_reads_them() {
    let nested = |levels: usize| [[1].as_slice(), &[0x41, 1, 1].repeat(levels), &[0x41, 0]].concat();
    for levels in [101, 5_000, 1_000_000] {
        let component = component_of(7, &nested(levels));
        let section = [sized(b"component-type:x"), component.clone()].concat();
        let module = [b"\0asm\x01\0\0\0".as_slice(), &[0], &sized(&section)].concat();
        for program in [component, module] {
            too_large(&run(RunRequest::program(ComponentSource::new(program))), "levels of nested types");
        }
    }
    let fewer = ComponentSource::new(component_of(7, &nested(50)));
    let outcome = run(RunRequest::program(fewer));
    assert!(matches!(&outcome.end, End::Rejected(wrong) if wrong[0].code != DiagnosticCode::TooLarge), "{outcome:?}");
}

#[test]
fn components_that_nest_deep_are_refused() {
    let nested = (0..2_000).fold(b"\0asm\x0d\0\x01\0".to_vec(), |inner, _| component_of(4, &inner));
    too_large(&run(RunRequest::program(ComponentSource::new(nested))), "components in each other");
    let text = "(component ".repeat(5_000) + &")".repeat(5_000);
    let outcome = run(request(&text));
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(diagnostics[0].code, DiagnosticCode::InvalidComponent);
}

/// One takes gigabytes and a minute to compile, the other has the same length and does not.
#[test]
fn functions_of_too_many_ways_are_refused() {
    let of = |locals: usize, body: &str| {
        script("unreachable").replacen("(memory", &format!("(func {} {body}) (memory", "(local i32)".repeat(locals)), 1)
    };
    let loops = "(loop ".repeat(90) + &")".repeat(90);
    too_large(&run(request(&of(0, &loops.repeat(2_300)))), "branches in one function");
    let storm = "(if (local.get 0) (then (local.set 1 (local.get 2))))".repeat(3_000);
    too_large(&run(request(&of(9_000, &storm))), "locals at branches");
    let imports = r#"(import "a" "b" (func))"#.repeat(30_000);
    too_large(&run(request(&format!("(module {imports})"))), "imports");
}

/// A type of the maximum width, with names of the maximum length.
#[test]
fn a_large_type_is_shown_shortened() {
    let fields: String = (0..500).map(|at| format!(r#"(field "a{at}{}" u8) "#, "x".repeat(1_000))).collect();
    let component = format!(
        r#"(component (type $r (record {fields})) (export $e "r" (type $r))
            (core module $m (func (export "run") unreachable)
              (memory (export "memory") 1)
              (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
            (core instance $i (instantiate $m))
            (func (export "run") (result (tuple $e $e $e $e)) (canon lift (core func $i "run") (memory $i "memory")
              (realloc (func $i "realloc")))))"#
    );
    let component =
        component.replace(r#"(func (export "run") unreachable)"#, r#"(func (export "run") (result i32) unreachable)"#);
    let outcome = run(request(&component));
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(diagnostics[0].code, DiagnosticCode::WrongWorld, "{}", outcome.transcript());
    assert!(diagnostics[0].message.len() < 2_000, "{} bytes", diagnostics[0].message.len());
}

#[test]
fn of_many_unknown_imports_the_first_are_told() {
    let imports: String = (0..1_000).map(|at| format!(r#"(import "nobody:has/this{at}" (func))"#)).collect();
    let outcome = run(request(&format!("(component {imports})")));
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(diagnostics.len(), 32);
}

/// The maximum nesting of comments; none of them ends, so this is not a component.
#[test]
fn comments_that_nest_are_read_once() {
    let text = "(;".repeat(1 << 20) + &";)".repeat((1 << 20) - 1);
    let began = std::time::Instant::now();
    assert!(matches!(Program::detect(text.into_bytes()), Ok(Program::Script(_))));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn compiled_code_is_refused_wherever_it_comes_from() {
    let outcome = run(RunRequest::program(ComponentSource::new(b"\x7fELF\x02\x01\x01\0".to_vec())));
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(diagnostics[0].code, DiagnosticCode::Precompiled);
}

/// The component's own handles, which the host keeps in tables: twenty thousand.
#[test]
fn handles_of_the_components_own_are_bounded() {
    let component = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core module $m
          (import "" "new" (func $new (param i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 20) "\40\00\00\00\01\00\00\00")
          (data (i32.const 64) "1")
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "run") (param i32 i32) (result i32) (local i32)
            (local.set 2 (i32.const 20000))
            (loop (drop (call $new (i32.const 1)))
              (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
            (i32.const 16)))
        (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
        (type $error' (record (field "message" string) (field "code" (option string)) (field "data" (option string))))
        (export $error "error" (type $error'))
        (func (export "run") (param "input" string) (result (result string (error $error)))
          (canon lift (core func $i "run") (memory $i "memory") (realloc (func $i "realloc")))))"#;
    let outcome = run(request(component));
    let End::Threw(thrown) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(thrown.code.as_deref(), Some("trap"));
    let fewer = component.replace("20000", "9000");
    assert!(matches!(run(request(&fewer)).end, End::Returned(_)));
}
