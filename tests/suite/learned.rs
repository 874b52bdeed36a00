//! Types learned from results, as users see them: what is stored next to the list of servers, by one process and by
//! several, and what is never stored.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use callbox::{Caller, Catalog, Limits, RunRequest, Tool, ToolErrorCode};
use callbox_gateway::Lessons;
use callbox_tests::stage;
use serde_json::{Value, json};

use crate::cli::{Place, Ran};
use crate::gateway::{Served, script};
use crate::upstreams::{PATIENCE, fault_server, faulty, patient, started};

const SCRIPT: &str = "return await tools.s.echo(input);";

fn place() -> Place {
    Place::with_server(&[], &[("a.js", SCRIPT)])
}

#[track_caller]
fn echoes(place: &Place, input: &Value) -> Ran {
    place.run(&["run", "a.js", "--input", &input.to_string()]).ends(0)
}

#[track_caller]
fn echo_type(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run(&[&["types", "s.echo"], arguments].concat()).ends(0);
    assert!(!ran.err.contains("note"), "{}", ran.err);
    ran.out
}

fn file(place: &Place) -> PathBuf {
    place.0.path().join(".callbox/learned.json")
}

fn kept(place: &Place) -> String {
    std::fs::read_to_string(file(place)).expect("a file of learned types")
}

#[test]
fn runs_teach_types() {
    let place = place();
    assert!(echo_type(&place, &[]).contains("Promise<unknown>"));
    echoes(&place, &json!({ "done": true, "tags": ["a b"] }));
    echoes(&place, &json!({ "done": false }));
    let text = echo_type(&place, &[]);
    assert!(text.contains("learned from 2 results"), "{text}");
    assert!(text.contains("echo: { done: boolean; tags?: string[] }"), "{text}");
}

#[test]
fn a_call_teaches_too_and_a_result_that_does_not_fit_widens() {
    let place = place();
    let call = |arguments: &str| place.run(&["call", "s.echo", "--args", arguments]).ends(0);
    call(r#"{"id": null}"#);
    let text = echo_type(&place, &[]);
    assert!(text.contains("echo: { id: null }"), "{text}");
    assert_eq!(call(r#"{"id": "x y"}"#).json(), json!({ "echo": { "id": "x y" } }), "nothing is enforced");
    let text = echo_type(&place, &[]);
    assert!(text.contains("echo: { id: string | null }"), "{text}");
}

#[test]
fn words_become_literals_once_they_are_an_enumeration() {
    let text =
        "for (let i = 0; i < 20; i++) await tools.s.echo({ state: i % 3 ? 'open' : 'closed', title: `t ${i}` });";
    let place = Place::with_server(&[], &[("a.js", text)]);
    place.run(&["run", "a.js"]).ends(0);
    let text = echo_type(&place, &[]);
    assert!(text.contains(r#"echo: { state: "closed" | "open"; title: string }"#), "{text}");
    assert!(text.contains("learned from 20 results"), "{text}");
}

#[test]
fn without_learning_nothing_is_kept_and_nothing_shown() {
    let place = place();
    place.run(&["run", "a.js", "--no-learn", "--input", "{}"]).ends(0);
    place.run(&["--no-learn", "call", "s.echo"]).ends(0);
    assert!(!place.0.path().join(".callbox").exists());
    echoes(&place, &json!({ "id": 1 }));
    let before = kept(&place);
    assert!(echo_type(&place, &["--no-learn"]).contains("Promise<unknown>"));
    place.run(&["run", "a.js", "--no-learn", "--input", r#"{"id": "x"}"#]).ends(0);
    assert_eq!(kept(&place), before);
}

#[test]
fn only_results_that_scripts_see_and_no_schema_describes_count() {
    let text = "
        for (const call of [tools.s.typed, tools.s.misbehave]) {
            try { await call({}); } catch (error) { console.log(error.code); }
        }";
    let place = Place::with_server(&["--fault", "is-error"], &[("a.js", text)]);
    place.run(&["run", "a.js"]).ends(0).says(&["invalid_result", "tool_failed"]);
    assert!(!file(&place).exists());
    let types = place.run(&["types", "s.typed"]).ends(0).out;
    assert!(types.contains("count: number") && !types.contains("learned"), "{types}");
}

#[test]
fn a_result_past_a_limit_does_not_count() {
    let text = "await tools.s.echo({ text: 'x'.repeat(1000) });";
    let place = Place::with_server(&[], &[("a.js", text)]);
    place.run(&["run", "a.js", "--result-bytes", "500"]).ends(3);
    assert!(!file(&place).exists());
}

#[test]
fn processes_at_once_lose_nothing() {
    let place = place();
    let inputs: Vec<_> =
        (0..8).map(|at| format!(r#"{{ "only_in_{}": true }}"#, ["a", "b", "c", "d"][at % 4])).collect();
    let spawn = |input: &String| place.command(&["run", "a.js", "--input", input]).spawn().expect("it starts");
    let children: Vec<_> = inputs.iter().map(spawn).collect();
    children.into_iter().for_each(|child| drop(Ran::of(child.wait_with_output().expect("it ends")).ends(0)));
    let text = echo_type(&place, &[]);
    assert!(text.contains("learned from 8 results"), "{text}");
    assert!(["a", "b", "c", "d"].iter().all(|name| text.contains(&format!("only_in_{name}?: boolean"))), "{text}");
    let left = std::fs::read_dir(place.0.path().join(".callbox")).expect("a folder");
    let mut left: Vec<_> = left.map(|entry| entry.expect("an entry").file_name()).collect();
    left.sort();
    assert_eq!(left, [".gitignore", "learned.json", "learned.lock"]);
}

#[test]
fn a_file_that_is_not_as_it_should_be_is_left_alone_and_told_once() {
    for text in ["{\"version\": 1, ", "", "not JSON", r#"{"version": 99, "tools": "of the future"}"#] {
        let place = place();
        std::fs::create_dir(place.0.path().join(".callbox")).expect("a folder");
        std::fs::write(file(&place), text).expect("a file");
        for arguments in [&["run", "a.js", "--input", "{}"][..], &["call", "s.echo"], &["types", "s.echo"]] {
            let ran = place.run(arguments).ends(0);
            assert_eq!(ran.err.matches("no types are learned").count(), 1, "{arguments:?}: {}", ran.err);
        }
        assert_eq!(kept(&place), text);
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_no_matter() {
    let place = place();
    std::fs::write(place.0.path().join(".callbox"), "a file where the folder would be").expect("a file");
    let ran = echoes(&place, &json!({ "id": 1 }));
    assert!(!ran.err.contains("callbox"), "{}", ran.err);
    assert!(echo_type(&place, &[]).contains("Promise<unknown>"));
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    (0..2).for_each(|_| drop(echoes(&place, &json!({ "id": 1 }))));
    let mode = |path: PathBuf| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!([mode(file(&place)), mode(place.0.path().join(".callbox"))], [0o600, 0o700]);
}

#[test]
fn each_server_is_kept_beside_its_own_list() {
    let place = Place::new(&[("a.js", "await tools.one.echo({ a: 1 }); return await tools.two.echo({ b: 1 });")]);
    for name in ["one", "two"] {
        std::fs::create_dir(place.0.path().join(name)).expect("a folder");
        let servers = json!({ "mcpServers": { name: { "command": fault_server() } } });
        place.put(&format!("{name}/mcp.json"), &servers.to_string());
    }
    let lists = ["--config", "one/mcp.json", "--config", "two/mcp.json"];
    place.run(&[&["run", "a.js"], &lists[..]].concat()).ends(0);
    for (name, other) in [("one", "two"), ("two", "one")] {
        let text = place.read(&format!("{name}/.callbox/learned.json"));
        assert!(text.contains(name) && !text.contains(other), "{text}");
    }
    let types = place.run(&[&["types"], &lists[..]].concat()).ends(0).out;
    assert_eq!(types.matches("learned from 1 result,").count(), 2, "{types}");
    assert!(!place.0.path().join(".callbox").exists());
}

/// What a gateway has learned is not lost when it is killed.
#[cfg(unix)]
#[test]
fn a_gateway_saves_as_it_goes() {
    let place = place();
    let served = Served::start(&place, &[]);
    let client = started(&json!({ "gateway": served.entry(&json!({})) }), &patient());
    let until_kept = |text: &str| {
        let began = Instant::now();
        while !std::fs::read_to_string(file(&place)).is_ok_and(|kept| kept.contains(text)) {
            assert!(began.elapsed() < PATIENCE, "`{text}` is not kept");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let words = |from: usize| {
        format!("for (let i = 0; i < 12; i++) await tools.s.echo({{ state: i % 2 ? 'open' : 'closed', n{from}: 1 }})")
    };
    // The words are an enumeration only together: the first half was saved without them.
    script(&client, &words(1));
    until_kept("n1");
    assert!(!kept(&place).contains("closed"));
    script(&client, &words(2));
    until_kept("n2");
    assert!(kept(&place).contains("closed"));
    let killed = std::process::Command::new("kill").args(["-KILL", &served.pid().to_string()]).status();
    assert!(killed.expect("kill").success());
    assert!(echo_type(&place, &[]).contains("learned from 24 results"));
}

#[cfg(unix)]
#[test]
fn no_link_of_a_project_leads_to_another_file() {
    let (place, elsewhere) = (place(), tempfile::tempdir().expect("a folder"));
    std::os::unix::fs::symlink(elsewhere.path(), place.0.path().join(".callbox")).expect("a link");
    let ran = echoes(&place, &json!({ "id": 1 }));
    assert!(ran.err.contains("no types are learned") && ran.err.contains("link"), "{}", ran.err);
    assert_eq!(std::fs::read_dir(elsewhere.path()).expect("a folder").count(), 0);
    std::fs::remove_file(place.0.path().join(".callbox")).expect("removed");
    std::fs::create_dir(place.0.path().join(".callbox")).expect("a folder");
    let precious = elsewhere.path().join("precious");
    std::fs::write(&precious, "{}").expect("a file");
    for name in ["learned.json", "learned.lock"] {
        // The lock may exist from before.
        let _ = std::fs::remove_file(place.0.path().join(".callbox").join(name));
        std::os::unix::fs::symlink(&precious, place.0.path().join(".callbox").join(name)).expect("a link");
        let ran = echoes(&place, &json!({ "id": 1 }));
        assert!(ran.err.contains("no types are learned"), "{}", ran.err);
        assert_eq!(std::fs::read_to_string(&precious).expect("a file"), "{}");
        std::fs::remove_file(place.0.path().join(".callbox").join(name)).expect("removed");
    }
}

#[test]
fn the_demo_teaches_nothing() {
    let place = Place::new(&[]);
    place.run(&["run", "--demo"]).ends(0);
    assert!(!place.0.path().join(".callbox").exists());
}

#[test]
fn secrets_are_not_kept() {
    let secrets = ["sk-canary-4eC39HqLyjWDarjt", "hunter2hunter2", "ada.lovelace@example.org", "swordfish"];
    let text = "
        for (let i = 0; i < 30; i++) {
            const [key, password, mail, word] = input;
            await tools.s.echo({ state: i % 2 ? 'on' : 'off', a: [key, password], by: { [mail]: 1, [key]: word }, password: word,
                session: { id: word, [word]: word, inner: { note: i % 2 ? word : key } }, notes: [{ text: mail }] });
        }";
    let place = Place::with_server(&[], &[("a.js", text)]);
    place.run(&["run", "a.js", "--input", &json!(secrets).to_string()]).ends(0);
    let kept = kept(&place);
    assert!(kept.contains(r#""off""#), "{kept}");
    for secret in secrets {
        assert!(!kept.contains(secret), "{secret} is in {kept}");
    }
}

/// As an embedder does: it stores what was learned wherever it likes.
#[test]
fn an_embedder_sees_results() {
    let running = faulty(&["--fault", "is-error"]);
    let server = running.server("s");
    let lessons = std::sync::Arc::new(std::sync::Mutex::new(Lessons::new()));
    let learner = std::sync::Arc::clone(&lessons);
    let catalog = Catalog::builder()
        .server("s", server.tools().to_vec(), server.host().expect("it is ready"))
        .on_result(move |server, tool, value| learner.lock().expect("no panic").observe(server, tool, value))
        .build();
    let outcome = stage::run(&catalog, RunRequest::new("return await tools.s.echo({ a: 1 })"));
    assert!(matches!(outcome.end, callbox::End::Returned(_)), "{}", outcome.transcript());
    let call =
        |tool: &str| stage::wait(catalog.call("s", tool, json!({ "a": null }), &Limits::default(), Caller::default()));
    call("echo").expect("a result");
    assert_eq!(call("misbehave").expect_err("it fails").code, ToolErrorCode::ToolFailed);
    let learned = |name: &str| {
        let tool: &Tool = catalog.server("s").and_then(|server| server.tool(name)).expect("a tool");
        lessons.lock().expect("no panic").of("s", tool)
    };
    assert_eq!(learned("misbehave"), None);
    let echo = learned("echo").expect("it was called twice");
    assert_eq!(echo.results, 2);
    assert_eq!(echo.schema["properties"]["echo"]["properties"]["a"], json!({ "type": ["integer", "null"] }));
}
