//! Drives the compiled engines from a minimal host: no tools, no limits, no WASI.

use callbox_engine::codec::{decode, encode};
use callbox_engine::frames::{Failure, Goal, Name, Resume, ServerNames, Settled, Start, State, Step};
use wasmtime::{Caller, Engine, Extern, Instance, Linker, Store, Trap};

/// The engines that are built in.
const ENGINES: &[callbox_engine::Guest] = &[
    #[cfg(feature = "boa")]
    callbox_engine::Guest::Boa,
    #[cfg(feature = "quickjs")]
    callbox_engine::Guest::QuickJs,
];

/// Levels and lines that the guest logged.
type Log = Vec<(u32, String)>;

struct Guest {
    store: Store<Log>,
    instance: Instance,
}

impl Guest {
    fn new(engine: callbox_engine::Guest) -> Self {
        // Anything but `log` traps: a script that needs WASI fails its test.
        let wasm = Engine::new(&callbox_engine::config()).unwrap();
        let module = callbox_engine::load(&wasm, engine).unwrap();
        let mut linker = Linker::new(&wasm);
        linker.func_wrap("callbox", "log", log).unwrap();
        linker.define_unknown_imports_as_traps(&module).unwrap();
        let mut store = Store::new(&wasm, Log::new());
        store.set_epoch_deadline(1);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        Self { store, instance }
    }

    fn start(&mut self, body: &str) -> wasmtime::Result<Step> {
        let start = Start {
            source: format!("async (tools, input, thrown) => {{\n{body}\n}}"),
            goal: Goal::Function,
            input: br#"{"a":[1,"x"]}"#.to_vec(),
            servers: vec![ServerNames { name: name("my-server"), tools: vec![name("list-items"), name("then")] }],
            functions: vec!["emit".to_owned(), "results.get".to_owned(), "tools.$search".to_owned()],
            seed: 7,
            now_ms: 1_000.0,
            json_depth_max: 64,
        };
        self.send("start", &encode(&start))
    }

    fn resume(&mut self, id: u32, result: Result<Vec<u8>, Failure>) -> Step {
        let resume = Resume { now_ms: 2_000.0, settled: vec![Settled { id, result: result.map(Into::into) }] };
        self.send("resume", &encode(&resume)).unwrap()
    }

    fn send(&mut self, export: &str, message: &[u8]) -> wasmtime::Result<Step> {
        let len = u32::try_from(message.len())?;
        let alloc = self.instance.get_typed_func::<u32, u32>(&mut self.store, "alloc")?;
        let at = alloc.call(&mut self.store, len)?;
        let memory = self.instance.get_memory(&mut self.store, "memory").unwrap();
        memory.write(&mut self.store, at as usize, message)?;
        let step = self.instance.get_typed_func::<u32, u64>(&mut self.store, export)?;
        let place = step.call(&mut self.store, len)?;
        let (at, len) = ((place >> 32) as usize, (place & 0xffff_ffff) as usize);
        Ok(decode(&memory.data(&self.store)[at..at + len])?)
    }
}

fn log(mut caller: Caller<'_, Log>, level: u32, at: u32, len: u32) {
    let memory = caller.get_export("memory").and_then(Extern::into_memory).unwrap();
    let text = memory.data(&caller)[at as usize..][..len as usize].to_vec();
    caller.data_mut().push((level, String::from_utf8(text).unwrap()));
}

fn name(wire: &str) -> Name {
    Name { wire: wire.to_owned(), identifier: wire.replace('-', "_") }
}

fn returned(value: &str) -> State {
    State::Returned { value: value.as_bytes().to_vec(), undefined: false }
}

fn state(engine: callbox_engine::Guest, body: &str) -> State {
    let body = body.to_owned();
    on_a_deep_stack(move || Guest::new(engine).start(&body).map(|step| step.state)).unwrap()
}

/// Runs a test with each engine. The last engine printed is the one that failed.
#[allow(clippy::print_stderr, reason = "shown only when a test fails")]
fn each(test: impl Fn(callbox_engine::Guest)) {
    for engine in ENGINES {
        eprintln!("{engine:?}");
        test(*engine);
    }
}

/// Runs on a thread with a large stack: outside a fiber a guest recurses on the thread's stack, and a test thread's is
/// smaller than `max_wasm_stack` allows.
fn on_a_deep_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(32 << 20).spawn(run).unwrap();
    thread.join().unwrap()
}

#[test]
fn a_value_is_returned() {
    each(|engine| {
        assert_eq!(state(engine, "return input.a"), returned(r#"[1,"x"]"#));
        assert_eq!(state(engine, "return"), State::Returned { value: b"null".to_vec(), undefined: true });
    });
}

#[test]
fn calls_are_queued_and_settled_in_any_order() {
    each(|engine| {
        let mut guest = Guest::new(engine);
        let body = "const t = tools.my_server;
        return await Promise.all([t.list_items({ n: 1 }), tools['my-server']['list-items']()])";
        let step = guest.start(body).unwrap();
        let asked: Vec<_> = step.calls.iter().map(|call| (call.id, call.tool, call.arguments.as_slice())).collect();
        assert_eq!(asked, [(1, 0, &b"{\"n\":1}"[..]), (2, 0, b"{}")]);
        assert_eq!(guest.resume(2, Ok(b"2".to_vec())).state, State::Waiting);
        assert_eq!(guest.resume(1, Ok(b"{\"x\":1}".to_vec())).state, returned(r#"[{"x":1},2]"#));
    });
}

#[test]
fn a_failed_call_throws_where_it_was_made() {
    each(|engine| {
        let mut guest = Guest::new(engine);
        guest.start("const f = async () => {\n  await tools.my_server.list_items()\n}\nawait f()").unwrap();
        let failure = Failure {
            code: "timeout".to_owned(),
            tool: "my-server.list-items".to_owned(),
            message: "too slow".to_owned(),
            retryable: true,
            data: Some(b"{\"ms\":5}".to_vec()),
        };
        let State::Threw(thrown) = guest.resume(1, Err(failure)).state else { panic!("it must throw") };
        let read = (thrown.name.as_str(), thrown.message.as_str(), thrown.code.as_deref());
        assert_eq!(read, ("ToolError", "too slow", Some("timeout")));
        assert_eq!(thrown.value.as_deref(), Some(&b"{\"ms\":5}"[..]));
        let lines: Vec<_> = thrown.frames.iter().map(|frame| frame.line).collect();
        assert_eq!(lines, [3, 5]);
    });
}

#[test]
fn an_unknown_name_brings_the_nearest() {
    each(|engine| {
        let State::Threw(thrown) = state(engine, "return tools.my_server.list_item()") else { panic!("it must throw") };
        assert_eq!(thrown.code.as_deref(), Some("unknown_tool"));
        assert!(thrown.message.contains("`list_items`"), "{}", thrown.message);
    });
}

#[test]
fn a_thrown_text_has_the_place_its_author_knows() {
    each(|engine| {
        let State::Threw(thrown) = state(engine, "throw thrown('no', 7, 3)") else { panic!("it must throw") };
        let frame = &thrown.frames[0];
        assert_eq!((frame.line, frame.column, frame.author), (7, 3, true));
        assert_eq!((thrown.name.as_str(), thrown.message.as_str()), ("", "no"));
    });
}

#[test]
fn a_syntax_error_has_a_place() {
    each(|engine| {
        let State::Threw(thrown) = state(engine, "let x = 1;\nlet y = ;") else { panic!("it must throw") };
        assert!(thrown.compile);
        assert_eq!((thrown.frames[0].line, thrown.frames[0].column), (3, 9));
    });
}

#[test]
fn the_same_seed_and_clock_give_the_same_run() {
    each(|engine| {
        let body = "return [Math.random(), Math.random(), Date.now(), new Date().getTimezoneOffset()]";
        let first = state(engine, body);
        assert_eq!(first, state(engine, body));
        let State::Returned { value, .. } = first else { panic!("it must return") };
        assert!(String::from_utf8(value).unwrap().ends_with(",1000,0]"));
    });
}

#[test]
fn honest_recursion_works_and_endless_recursion_ends() {
    each(|engine| {
        assert_eq!(state(engine, "const f = n => n ? 1 + f(n - 1) : 0; return f(5000)"), returned("5000"));
        assert_eq!(
            state(engine, "const f = n => n ? 1 + [1].map(() => f(n - 1))[0] : 0; return f(1000)"),
            returned("1000")
        );
        assert_eq!(state(engine, "const f = () => 1 + f(); return f()"), State::StackExceeded);
    });
}

#[test]
fn recursion_through_callbacks_ends_at_a_stack_bound() {
    each(|engine| {
        for body in [
            "const f = () => [1].map(f); return f()",
            "const f = () => 'x'.replace(/x/g, f); return f()",
            "const o = { get x() { return this.x } }; return o.x",
            "const o = { toJSON() { return JSON.stringify(o) } }; return o",
            "const f = () => [2, 1].sort(f); return f()",
            "const p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x",
            "const f = () => Reflect.construct(f, []); class A { constructor() { new A() } } return new A()",
            "const f = () => eval('f()'); return f()",
        ] {
            let ended = on_a_deep_stack(move || Guest::new(engine).start(body).map(|step| step.state));
            let in_a_known_way = match &ended {
                Ok(state) => matches!(state, State::StackExceeded | State::Threw(_)),
                // The end of the native stack, or of the guest's own, which is at the bottom of its memory.
                Err(trap) => matches!(trap.downcast_ref(), Some(Trap::StackOverflow | Trap::MemoryOutOfBounds)),
            };
            assert!(in_a_known_way, "{body}: {ended:?}");
        }
    });
}

#[test]
fn nested_source_compiles() {
    each(|engine| {
        for (open, close, depth) in [("(", ")", 300), ("[", "]", 300), ("(() => ", ")()", 200)] {
            let body = format!("{}1{}; return 1", open.repeat(depth), close.repeat(depth));
            assert_eq!(state(engine, &body), returned("1"), "{depth} times {open}");
        }
    });
}

#[test]
fn console_lines_come_out() {
    each(|engine| {
        let mut guest = Guest::new(engine);
        guest.start("console.log('a %d', 1, { b: ['x'] }); console.error(new TypeError('no'))").unwrap();
        assert_eq!(*guest.store.data(), [(1, "a 1 { b: [ 'x' ] }".to_owned()), (4, "TypeError: no".to_owned())]);
    });
}

#[test]
fn the_value_is_taken_when_the_promise_settles() {
    each(|engine| {
        assert_eq!(
            state(engine, "const o = { a: 1 }; Promise.resolve().then(() => { o.a = 2 }); return o"),
            returned(r#"{"a":1}"#)
        );
    });
}
