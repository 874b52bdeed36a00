//! Third-party servers, over both transports, legacy and modern. `setup/install-servers.sh` installs them; without them
//! a test prints `skipped` and passes, unless CI is set.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use callbox::{End, RunRequest};
use callbox_mcp::Era;
use serde_json::{Value, json};

use crate::upstreams::{Running, patient, started};

/// Returns the folder of the servers, or prints why the test is skipped.
pub fn installed() -> Option<PathBuf> {
    let given = std::env::var_os("CALLBOX_TEST_SERVERS").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| crate::cli::target_folder().join("test-servers"));
    if folder.join("installed").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI is set and there are no servers in `{}`", folder.display());
    eprintln!("skipped: no test servers in `{}`; run tests/setup/install-servers.sh", folder.display());
    None
}

fn npm(folder: &Path, name: &str, arguments: &[&str]) -> Value {
    json!({ "command": folder.join("node_modules/.bin").join(name), "args": arguments })
}

fn python(folder: &Path, name: &str, arguments: &[&str]) -> Value {
    json!({ "command": folder.join("venv/bin").join(name), "args": arguments })
}

#[track_caller]
fn one(entry: Value) -> Running {
    started(&json!({ "s": entry }), &patient())
}

/// Checks that apply to every server: its era, its tools, no schema that cannot be enforced.
#[track_caller]
fn is_sound(running: &Running, era: Era, tools: usize) {
    let ready = running.ready("s");
    assert_eq!(ready.era, era, "{}", ready.protocol_version);
    assert!(ready.tools.len() >= tools, "{} tools", ready.tools.len());
    assert!(ready.notes.is_empty(), "{:?}", ready.notes);
}

#[test]
fn everything_over_stdio() {
    let Some(folder) = installed() else { return };
    let running = one(npm(&folder, "mcp-server-everything", &[]));
    is_sound(&running, Era::Legacy, 13);
    works_as_everything(&running);
}

#[test]
fn everything_over_http() {
    let Some(folder) = installed() else { return };
    let program = folder.join("node_modules/.bin/mcp-server-everything");
    let server = HttpServer::start(&program, |command, port| {
        command.arg("streamableHttp").env("PORT", port);
    });
    let running = one(server.entry());
    is_sound(&running, Era::Legacy, 13);
    works_as_everything(&running);
}

#[test]
fn excel_over_http_of_the_modern_era() {
    let Some(folder) = installed() else { return };
    let files = tempfile::tempdir().expect("a temporary folder");
    let server = HttpServer::start(&folder.join("venv/bin/excel-mcp-server"), |command, port| {
        command.args(["streamable-http", "--port", port, "--allow-dir"]).arg(files.path());
    });
    let running = one(server.entry());
    is_sound(&running, Era::Modern, 40);
    let script = "
        const path = input + '/book.xlsx';
        await tools.s.create_workbook({ path, sheets: ['Sales'] });
        await tools.s.write_range({ path, sheet: 'Sales', at: 'A1', rows: [['a', 1], ['b', 2]] });
        const read = await tools.s.read_range({ path, sheet: 'Sales' });
        return JSON.stringify(read).includes('[\"b\",2]') || read;";
    let outcome = running.run(RunRequest::new(script).input(json!(files.path())));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!(true), "{}", outcome.transcript());
}

fn works_as_everything(running: &Running) {
    let script = "
        const [sum, echo, weather, picture] = await Promise.all([
            tools.s['get-sum']({ a: 2, b: 40 }),
            tools.s.echo({ message: 'hello' }),
            tools.s['get-structured-content']({ location: 'Chicago' }),
            tools.s['get-tiny-image']({}),
        ]);
        let refused;
        try { await tools.s['get-sum']({ a: 'two' }); } catch (e) { refused = e.code; }
        return { sum, echo, weather: Object.keys(weather).sort(), blocks: picture.map((b) => b.type), refused };";
    let value = running.returned(script);
    assert!(value["sum"].to_string().contains("42"), "{value}");
    assert!(value["echo"].to_string().contains("hello"), "{value}");
    assert_eq!(value["weather"], json!(["conditions", "humidity", "temperature"]));
    assert!(value["blocks"].to_string().contains("image"), "{value}");
    assert_eq!(value["refused"], "invalid_arguments");
}

#[test]
fn a_long_call_is_cancelled_by_its_own_limit() {
    let Some(folder) = installed() else { return };
    let running = one(npm(&folder, "mcp-server-everything", &[]));
    let limits = callbox::Limits { tool_call_ms_max: 300, ..callbox::Limits::default() };
    let script = "
        try { await tools.s['trigger-long-running-operation']({ duration: 60, steps: 60 }); }
        catch (e) { return [e.code, e.retryable]; }";
    let outcome = running.run(RunRequest::new(script).limits(limits));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!(["timeout", true]));
}

#[test]
fn filesystem() {
    let Some(folder) = installed() else { return };
    let files = tempfile::tempdir().expect("a temporary folder");
    // The server expects the path without symbolic links.
    let path = files.path().canonicalize().expect("a path");
    let path = path.to_str().expect("text");
    let running = one(npm(&folder, "mcp-server-filesystem", &[path]));
    is_sound(&running, Era::Legacy, 14);
    let script = "
        const path = input + '/a.txt';
        await tools.s.write_file({ path, content: 'one\\ntwo\\n' });
        const read = await tools.s.read_text_file({ path });
        let refused;
        try { await tools.s.read_text_file({ path: '/etc/passwd' }); } catch (e) { refused = [e.code, e.name]; }
        return { read: read.content ?? read, refused };";
    let outcome = running.run(RunRequest::new(script).input(json!(path)));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!({ "read": "one\ntwo\n", "refused": ["tool_failed", "ToolError"] }));
}

#[test]
fn memory() {
    let Some(folder) = installed() else { return };
    let files = tempfile::tempdir().expect("a temporary folder");
    let mut entry = npm(&folder, "mcp-server-memory", &[]);
    entry["env"] = json!({ "MEMORY_FILE_PATH": files.path().join("memory.jsonl") });
    let running = one(entry);
    is_sound(&running, Era::Legacy, 9);
    let script = "
        await tools.s.create_entities({ entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote'] }] });
        const found = await tools.s.search_nodes({ query: 'Ada' });
        return found.entities.map((e) => e.name);";
    assert_eq!(running.returned(script), json!(["Ada"]));
}

#[test]
fn time() {
    let Some(folder) = installed() else { return };
    let running = one(python(&folder, "mcp-server-time", &[]));
    is_sound(&running, Era::Modern, 2);
    let script = "
        const r = await tools.s.convert_time({ source_timezone: 'UTC', time: '12:00', target_timezone: 'Asia/Tokyo' });
        return r.time_difference;";
    assert_eq!(running.returned(script), json!("+9.0h"));
}

#[test]
fn git() {
    let Some(folder) = installed() else { return };
    let repository = repository();
    let path = repository.path().to_str().expect("text");
    let running = one(python(&folder, "mcp-server-git", &[]));
    is_sound(&running, Era::Modern, 12);
    let outcome =
        running.run(RunRequest::new("return await tools.s.git_log({ repo_path: input });").input(json!(path)));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert!(returned.value.to_string().contains("the first commit"), "{}", returned.value);
}

/// Four servers, legacy and modern, in two languages, one script.
#[test]
fn four_at_once() {
    let Some(folder) = installed() else { return };
    let repository = repository();
    let path = repository.path().canonicalize().expect("a path");
    let path = path.to_str().expect("text");
    let servers = json!({
        "everything": npm(&folder, "mcp-server-everything", &[]),
        "files": npm(&folder, "mcp-server-filesystem", &[path]),
        "clock": python(&folder, "mcp-server-time", &[]),
        "git": python(&folder, "mcp-server-git", &[]),
    });
    let running = started(&servers, &patient());
    let script = "
        const [sum, listing, time, log] = await Promise.all([
            tools.everything['get-sum']({ a: 1, b: 2 }),
            tools.files.list_directory({ path: input }),
            tools.clock.get_current_time({ timezone: 'UTC' }),
            tools.git.git_log({ repo_path: input, max_count: 1 }),
        ]);
        await tools.files.write_file({ path: input + '/report.md', content: [sum, time.timezone].join(' ') });
        const status = await tools.git.git_status({ repo_path: input });
        return { three: sum.includes('3'), readme: JSON.stringify(listing).includes('README'), zone: time.timezone,
            commit: JSON.stringify(log).includes('the first commit'), seen: JSON.stringify(status).includes('report.md') };";
    let outcome = running.run(RunRequest::new(script).input(json!(path)));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!({ "three": true, "readme": true, "zone": "UTC", "commit": true, "seen": true }));
    assert_eq!(outcome.usage.tool_calls_at_once, 4);
    let eras: Vec<_> = ["everything", "git"].map(|name| running.ready(name).era).into();
    assert_eq!(eras, [Era::Legacy, Era::Modern]);
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("README.md"), "hello\n").expect("a file");
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "the first commit"],
    ] {
        let status = Command::new("git").args(arguments).current_dir(folder.path()).status();
        assert!(status.expect("git is installed").success());
    }
    folder
}

/// A server over Streamable HTTP on its own port.
struct HttpServer {
    child: Child,
    port: u16,
}

impl HttpServer {
    /// Starts it on a free port and waits until it accepts connections.
    fn start(program: &Path, arguments: impl FnOnce(&mut Command, &str)) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let mut command = Command::new(program);
        arguments(&mut command, &port.to_string());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server starts");
        let mut server = Self { child, port };
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.child.try_wait().expect("a status").is_none(), "the server ended");
            assert!(Instant::now() < deadline, "the server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn entry(&self) -> Value {
        json!({ "type": "http", "url": format!("http://127.0.0.1:{}/mcp", self.port) })
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
