//! Small components for tests: core modules in text form with the contract's canonical names, which callbox adapts.

use callbox::{ComponentSource, RunRequest};

/// Shared by all modules: the contract's functions, a memory, an allocator, and helpers for results. A test's static
/// data starts at 1,024; results of calls (48 bytes each) are at 256 to 1,023.
const PRELUDE: &str = r#"
  (import "callbox:script/tools@0.1.0" "call-tool" (func $call-tool (param i32 i32 i32 i32 i32 i32 i32)))
  (import "callbox:script/tools@0.1.0" "start-call" (func $start-call (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "callbox:script/tools@0.1.0" "await-call" (func $await-call (param i32 i32)))
  (import "callbox:script/tools@0.1.0" "await-any" (func $await-any (param i32 i32) (result i32)))
  (import "callbox:script/tools@0.1.0" "[method]call.has-ended" (func $has-ended (param i32) (result i32)))
  (import "callbox:script/tools@0.1.0" "[resource-drop]call" (func $drop-call (param i32)))
  (import "callbox:script/console@0.1.0" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
  (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get 4) (local.get 3)))
    (if (i32.gt_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1))))))
    (local.get 4))
  ;; What `run` gives for JSON text.
  (func $ok (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (local.get 0))
    (i32.store (i32.const 24) (local.get 1))
    (i32.const 16))
  ;; What `run` gives for an error with a message.
  (func $err (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 1))
    (i32.store (i32.const 20) (local.get 0))
    (i32.store (i32.const 24) (local.get 1))
    (i32.store (i32.const 28) (i32.const 0))
    (i32.store (i32.const 40) (i32.const 0))
    (i32.const 16))
  ;; What `run` gives for the result of a call: the value, or the error with its code and data.
  (func $pass (param i32) (result i32)
    (if (i32.eqz (i32.load8_u (local.get 0)))
      (then (return (call $ok (i32.load offset=4 (local.get 0)) (i32.load offset=8 (local.get 0))))))
    (drop (call $err (i32.load offset=20 (local.get 0)) (i32.load offset=24 (local.get 0))))
    (i32.store (i32.const 28) (i32.const 1))
    (i32.store (i32.const 32) (i32.load offset=4 (local.get 0)))
    (i32.store (i32.const 36) (i32.load offset=8 (local.get 0)))
    (i32.store (i32.const 40) (i32.load8_u offset=32 (local.get 0)))
    (i32.store (i32.const 44) (i32.load offset=36 (local.get 0)))
    (i32.store (i32.const 48) (i32.load offset=40 (local.get 0)))
    (i32.const 16))
"#;

/// Collects a module's texts, then writes the module.
#[derive(Default)]
pub struct Wat {
    data: String,
    data_bytes: usize,
}

/// Where texts begin; everything below is for results.
const DATA_AT: usize = 1024;

impl Wat {
    /// Returns address and length of a text, as two operands.
    pub fn text(&mut self, text: &str) -> String {
        let (at, length) = (DATA_AT + self.data_bytes, text.len());
        let escaped: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        self.data += &format!("(data (i32.const {at}) \"{escaped}\")\n");
        self.data_bytes += length;
        format!("(i32.const {at}) (i32.const {length})")
    }

    /// Returns the operands of a tool call.
    pub fn call(&mut self, server: &str, tool: &str, arguments: &str) -> String {
        [server, tool, arguments].map(|text| self.text(text)).join(" ")
    }

    /// Returns a module with the prelude and `body`, which must export `run`: from address and length of the input's
    /// JSON to a result.
    #[must_use]
    pub fn module(self, body: &str) -> String {
        format!("(module {PRELUDE} {} {body})", self.data)
    }

    /// Returns a module whose `run` is `body`; locals 0 and 1 are the input's address and length, 2 to 5 are free.
    #[must_use]
    pub fn script(self, body: &str) -> String {
        self.module(&format!(r#"(func (export "run") (param i32 i32) (result i32) (local i32 i32 i32 i32) {body})"#))
    }
}

/// Returns a module whose `run` is `body`, without texts.
#[must_use]
pub fn script(body: &str) -> String {
    Wat::default().script(body)
}

/// Returns a module whose `run` returns `json`.
#[must_use]
pub fn returning(json: &str) -> String {
    let mut wat = Wat::default();
    let json = wat.text(json);
    wat.script(&format!("(call $ok {json})"))
}

/// Returns a request to run a module or component in text form.
#[must_use]
pub fn request(text: &str) -> RunRequest {
    RunRequest::program(ComponentSource::new(text))
}

/// Returns a module whose `run` is `body` and that calls WASI as the C library does; callbox adds the standard adapter.
#[must_use]
pub fn wasi(imports: &str, wat: Wat, body: &str) -> String {
    wat.script(body).replacen("(module", &format!("(module {imports}"), 1)
}

/// Returns a component, not a module, with these imports, whose `run` returns `1`.
#[must_use]
pub fn importing(imports: &str) -> String {
    format!(
        r#"(component {imports}
            (core module $m
              (memory (export "memory") 1)
              (data (i32.const 20) "\40\00\00\00\01\00\00\00")
              (data (i32.const 64) "1")
              (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "run") (param i32 i32) (result i32) (i32.const 16)))
            (core instance $i (instantiate $m))
            (type $error' (record (field "message" string) (field "code" (option string)) (field "data" (option string))))
            (export $error "error" (type $error'))
            (func (export "run") (param "input" string) (result (result string (error $error)))
              (canon lift (core func $i "run") (memory $i "memory") (realloc (func $i "realloc")))))"#
    )
}
