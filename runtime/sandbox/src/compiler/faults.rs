//! Tests with a misbehaving compiler in place of the real one: each kind of failure ends as it should.

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Linker, Module};

use super::Compiler;
use crate::{
    diagnostic::DiagnosticCode,
    event::Observers,
    javascript::imports,
    limits::{Limit, Limits},
    run::{clock::Clock, instance::Halt, memory_budget::MemoryBudget, ticker::Ticker, watch::Watch},
    script::Script,
    stopped::Stopped,
};

/// Builds a compiler whose export runs this code.
fn compiler(compile: &str) -> Compiler {
    let text = format!(
        r#"(module
            (import "callbox" "log" (func $log (param i32 i32 i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "boom")
            (func (export "alloc") (param i32) (result i32) (i32.const 1024))
            (func $compile (export "compile") (param i32) (result i64) {compile}))"#
    );
    let engine = Engine::new(&callbox_engine::config()).expect("an engine");
    let module = Module::new(&engine, wat::parse_str(text).expect("a module")).expect("it compiles");
    let mut linker = Linker::new(&engine);
    imports::link(&mut linker).expect("it links");
    let pre = linker.instantiate_pre(&module).expect("it links");
    Compiler::new(pre, Ticker::spawn(&engine).expect("a thread"))
}

async fn compiled(compile: &str) -> Result<Script, Halt> {
    let limits = Limits { cpu_ms_max: 50, memory_bytes_max: 1 << 20, ..Limits::default() };
    let watch = Watch::new(Instant::now(), Clock::new(0), CancellationToken::new(), &limits);
    compiler(compile)
        .compile("return 1", MemoryBudget::new(1 << 30).share(watch, Observers::default()), &limits)
        .await
        .script
}

#[tokio::test]
async fn a_panic_is_a_fault_that_says_why() {
    let panics = "(call $log (i32.const 5) (i32.const 16) (i32.const 4)) unreachable";
    assert!(matches!(compiled(panics).await, Err(Halt::Fault(why)) if why == "boom"));
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_fault() {
    for answer in ["(i64.const 0)", "(i64.const -1)", "(i64.const 0x1000000010)"] {
        assert!(matches!(compiled(answer).await, Err(Halt::Fault(_))), "{answer}");
    }
}

#[tokio::test]
async fn what_takes_too_much_is_stopped_by_its_limit() {
    let stopped = |halt: Result<Script, Halt>| match halt {
        Err(Halt::Stopped(Stopped::Limit { limit, .. })) => Some(limit),
        _ => None,
    };
    assert_eq!(stopped(compiled("(loop (br 0)) unreachable").await), Some(Limit::CpuMs));
    let grows = "(loop (drop (memory.grow (i32.const 1))) (br 0)) unreachable";
    assert_eq!(stopped(compiled(grows).await), Some(Limit::MemoryBytes));
}

#[tokio::test]
async fn what_overruns_the_stack_is_too_deep() {
    let script = compiled("(call $compile (local.get 0)) (drop) (i64.const 0)").await.expect("a script");
    let codes: Vec<_> = script.diagnostics().iter().map(|it| it.code).collect();
    assert_eq!(codes, [DiagnosticCode::TooDeep]);
}
