//! Runs the official conformance suite against the gateway's HTTP side (`conformance-server`) and against the
//! connections to upstream servers (`conformance-client`), at each revision for which it has requirements. The failures
//! must be exactly those listed in `conformance/expected.txt`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use callbox_tests::conformance::{Expected, Report};

const EXPECTED: &str = include_str!("../conformance/expected.txt");

/// Some scenarios measure time, so only one instance of the suite runs at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn server_of_2025_11_25() {
    server("2025-11-25");
}

#[test]
fn server_of_2026_07_28() {
    server("2026-07-28");
}

#[test]
fn client_of_2025_11_25() {
    client("2025-11-25");
}

#[test]
fn client_of_2026_07_28() {
    client("2026-07-28");
}

fn server(revision: &str) {
    let Some(suite) = Suite::installed() else { return };
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start();
    suite.holds("server", revision, &["--url", &server.url]);
}

fn client(revision: &str) {
    let Some(suite) = Suite::installed() else { return };
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    suite.holds("client", revision, &["--command", env!("CARGO_BIN_EXE_conformance-client")]);
}

/// The suite, and the node that runs it.
struct Suite {
    node: PathBuf,
    program: PathBuf,
}

impl Suite {
    /// Returns nothing, with a notice, if it is not installed; an error if CI is set.
    fn installed() -> Option<Self> {
        let modules = crate::real_servers::installed()?.join("node_modules");
        let suite = Self {
            node: modules.join("node/bin/node"),
            program: modules.join("@modelcontextprotocol/conformance/dist/index.js"),
        };
        if suite.node.is_file() && suite.program.is_file() {
            return Some(suite);
        }
        assert!(std::env::var_os("CI").is_none(), "CI is set and there is no conformance suite");
        say(&format!("skipped: no conformance suite in `{}`; run tests/setup/install-servers.sh", modules.display()));
        None
    }

    /// Runs one side at one revision, prints the counts, and fails on unexpected results.
    fn holds(&self, side: &str, revision: &str, subject: &[&str]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let output = self.run(side, revision, subject, folder.path());
        let report = Report::of(&output).unwrap_or_else(|| panic!("no summary in:\n{output}"));
        say(&format!("conformance of the {side}, {revision}: {report}"));
        let surprises = Expected::of(EXPECTED, side, revision).surprises(&report);
        assert!(surprises.is_empty(), "{}\n{output}", surprises.join("\n"));
    }

    fn run(&self, side: &str, revision: &str, subject: &[&str], folder: &Path) -> String {
        let mut command = Command::new(&self.node);
        command.arg(&self.program).arg(side).args(subject).args(["--requirements", revision]);
        // Some scenarios write into the current folder.
        let output = command.current_dir(folder).stdin(Stdio::null()).output().expect("the suite runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        format!("{}\n{}", text(&output.stderr), text(&output.stdout))
    }
}

/// Prints past the test runner, which shows output only of failed tests.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A dedicated `conformance-server`.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance-server"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut url = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut url).expect("its address");
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
