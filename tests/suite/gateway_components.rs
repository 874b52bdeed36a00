//! WebAssembly scripts behind the gateway: large ones over HTTP, hostile ones, and their access to earlier results.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use callbox::ToolReply;
use callbox_tests::component::{Wat, returning, script as looping};
use serde_json::{Value, json};

use crate::{
    cli::Place,
    gateway::{Served, call, script, text},
    gateway_life::{connected, memory_kib},
    upstreams::Running,
};

fn component(running: &Running, bytes: impl AsRef<[u8]>) -> Result<ToolReply, String> {
    call(running, "run_script", json!({ "component": STANDARD.encode(bytes) }))
}

/// Returns a module padded with that many meaningless bytes.
fn padded(bytes: usize) -> Vec<u8> {
    let mut module = wat::parse_str(returning("[7]")).expect("a module");
    let mut section = vec![3, b'p', b'a', b'd'];
    section.resize(bytes, 0);
    module.push(0);
    let mut left = section.len();
    while left >= 0x80 {
        module.push((left % 0x80) as u8 | 0x80);
        left /= 0x80;
    }
    module.push(left as u8);
    module.extend(section);
    module
}

/// As large as a JavaScript one, which carries its engine.
#[test]
fn a_component_of_twelve_megabytes_comes_over_http() {
    let large = padded(12 << 20);
    let served = Served::start(&Place::new(&[]), &["--demo", "--allow-wasm"]);
    assert_eq!(text(&component(&connected(&served), &large).expect("it runs")), "[7]");
    let strict = Served::start(&Place::new(&[]), &["--demo"]);
    assert!(component(&connected(&strict), &large).is_err(), "the body is as short as ever where none is allowed");
}

/// Returns a script that fills the guest's memory with `unit` (eight bytes) between two brackets and returns that.
fn filled(unit: &str) -> String {
    let unit: String = unit.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let body = r#"
        (drop (memory.grow (i32.const 180)))
        (local.set 2 (i32.const 131080))
        (loop $again
          (i64.store (local.get 2) (i64.load (i32.const 1024)))
          (br_if $again (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 8))) (i32.const 11900000))))
        (i32.store8 (i32.const 131072) (i32.const 91)) (i32.store8 (i32.const 11900000) (i32.const 48))
        (i32.store8 (i32.const 11900001) (i32.const 93))
        (memory.fill (i32.const 131073) (i32.const 32) (i32.const 7))
        (call $ok (i32.const 131072) (i32.const 11768930))"#;
    looping(body).replacen("(memory", &format!("(data (i32.const 1024) \"{unit}\") (memory"), 1)
}

/// Each is stopped, the next run is fine, and the process stays small: what the host makes of a 16 MiB guest is far
/// less than a gigabyte.
#[test]
fn hostile_components_leave_the_gateway_as_it_was() {
    let flags = ["--demo", "--allow-wasm", "--cpu-ms", "2000", "--memory-bytes", "16777216"];
    let served = Served::start(&Place::new(&[]), &flags);
    let running = connected(&served);
    let log = "(loop (call $log (i32.const 1) (i32.const 1024) (i32.const 0)) (br 0)) unreachable";
    let start = "(loop (drop (call $start-call (i32.const 0) (i32.const 65536) (i32.const 0) (i32.const 65536)
        (i32.const 0) (i32.const 2))) (br 0)) unreachable";
    let globals = format!(
        "(component (core module $m {}) {})",
        "(global i64 (i64.const 0))".repeat(20_000),
        "(core instance (instantiate $m))".repeat(900)
    );
    for (hostile, words) in [
        (looping("(loop (br 0)) unreachable"), "cpu_ms"),
        (looping("(loop (drop (memory.grow (i32.const 1))) (br 0)) unreachable"), "memory_bytes"),
        (looping(log), "log_bytes"),
        (looping(start), "trap"),
        (filled("0,0,0,0,"), "memory_bytes"),
        (filled("[],[],0,"), "memory_bytes"),
        (globals, "entries of instances"),
        (looping("unreachable"), "trap"),
        ("\x7fELF".to_owned(), "compiled ahead of time"),
        ("(component (import \"wasi:sockets/tcp@0.2.0\" (instance)))".to_owned(), "wasi:sockets/tcp"),
        ("(component".to_owned(), "not a valid WebAssembly"),
    ] {
        let failed = component(&running, &hostile).expect_err("it fails");
        assert!(failed.contains(words), "`{words}` in {failed}");
        assert_eq!(text(&component(&running, returning("[7]")).expect("it runs")), "[7]");
    }
    let peak = memory_kib(served.pid(), "VmHWM");
    assert!(peak < 600 << 10, "the process took {} MiB", peak >> 10);
}

/// By the resource's URI, and by the host function.
#[test]
fn a_component_has_earlier_results() {
    let served = Served::start(&Place::new(&[]), &["--demo", "--allow-wasm", "--result-tokens", "60"]);
    let running = connected(&served);
    let kept = STANDARD.encode(returning("[7]"));
    let shown = text(&script(&running, &format!("return '{kept}'")));
    let id = shown.split("results.get(\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a handle");
    let by_address = json!({ "component": format!("callbox://runs/{id}/result") });
    assert_eq!(text(&call(&running, "run_script", by_address).expect("it runs")), "[7]");

    let mut wat = Wat::default();
    let get = wat.call("", "results.get", &format!(r#"{{"arguments":["{id}"]}}"#));
    let getting = wat.script(&format!("(call $call-tool {get} (i32.const 256)) (call $pass (i32.const 256))"));
    let got = component(&running, &getting).expect("it runs");
    let shown = got.structured.as_ref().and_then(Value::as_str).expect("a text, shortened");
    assert!(shown.starts_with(&kept[..20]), "{shown}");
}
