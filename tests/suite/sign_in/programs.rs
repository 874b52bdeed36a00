//! `callbox login` and `logout` as users run them, and a search for tokens in all output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};

use callbox_tests::browser::visit;
use serde_json::{Value, json};

use super::realm::Realm;
use crate::cli::{Place, Ran};

struct Desk {
    realm: Realm,
    place: Place,
}

impl Desk {
    fn new() -> Self {
        let realm = Realm::open();
        let list = json!({ "mcpServers": { "s": { "url": realm.url() } } }).to_string();
        let place = Place::new(&[(".mcp.json", &list)]);
        Self { realm, place }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        command.env("XDG_DATA_HOME", self.place.0.path().join("data")).env("CALLBOX_LOG", "trace");
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the program starts"))
    }

    /// Starts a sign-in; returns the program, the URL it prints, and its output until then.
    fn login(&self, more: &[&str]) -> (Child, String, String) {
        self.login_by(&[&["login", "s", "--no-browser", "--no-keyring"], more].concat())
    }

    fn login_by(&self, arguments: &[&str]) -> (Child, String, String) {
        let mut child = self.command(arguments).env_remove("CALLBOX_LOG").spawn().expect("the program starts");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
        let (mut all, mut url) = (String::new(), None);
        while url.is_none() && said.read_line(&mut all).expect("text") > 0 {
            let last = all.lines().next_back().unwrap_or_default().trim();
            url = Some(last.to_owned()).filter(|last| last.starts_with("http://"));
        }
        child.stderr = Some(said.into_inner());
        (child, url.unwrap_or_else(|| panic!("no address in: {all}")), all)
    }

    fn sign_in(&self) {
        let (child, url, _) = self.login(&[]);
        assert_eq!(visit(&url), 200);
        let ran = Ran::of(child.wait_with_output().expect("it ends"));
        assert!(ran.ends(0).out.contains("signed in to server `s`"));
    }
}

#[test]
fn login_doctor_run_and_logout() {
    let desk = Desk::new();
    let ill = desk.run(&["doctor"]).ends(4);
    assert!(ill.out.contains("[sign_in_required]"), "{}", ill.out);
    assert!(ill.out.contains("Sign in with `callbox login s`."), "{}", ill.out);
    desk.place.put("a.js", "return await tools.s.read({});");
    desk.run(&["run", "a.js"]).ends(4).says(&["sign_in_required", "`callbox login s`"]);
    desk.sign_in();
    assert_eq!(desk.run(&["run", "a.js", "--json"]).ends(0).json()["end"]["value"], json!({ "done": true }));
    assert!(desk.run(&["logout", "s"]).ends(0).out.contains("revoked"));
    desk.run(&["run", "a.js"]).ends(4);
    assert_eq!(desk.run(&["logout", "s", "--json"]).ends(0).json()["was_signed_in"], false);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keyring_tokens_are_in_a_file() {
    let desk = Desk::new();
    let (child, url, _) = desk.login_by(&["login", "s", "--no-browser"]);
    visit(&url);
    Ran::of(child.wait_with_output().expect("it ends")).ends(0);
    let files = std::fs::read_dir(desk.place.0.path().join("data/callbox/tokens")).expect("a folder");
    let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text"));
    assert_eq!(texts.filter(|text| text.contains("canary-access-2")).count(), 1);
    desk.run(&["doctor"]).ends(0);
}

#[test]
fn json_is_one_object() {
    let desk = Desk::new();
    let (child, url, _) = desk.login(&["--json"]);
    visit(&url);
    let ran = Ran::of(child.wait_with_output().expect("it ends")).ends(0);
    let told: Value = ran.json();
    assert_eq!((&told["state"], &told["renewable"]), (&json!("signed_in"), &json!(true)));
}

#[test]
fn another_list_is_part_of_the_command() {
    let desk = Desk::new();
    std::fs::rename(desk.place.0.path().join(".mcp.json"), desk.place.0.path().join("my list.json")).expect("renamed");
    let ill = desk.run(&["doctor", "--config", "my list.json"]).ends(4);
    assert!(ill.out.contains("`callbox login --config 'my list.json' s`"), "{}", ill.out);
}

#[test]
fn what_cannot_be_signed_in_to_is_told() {
    let desk = Desk::new();
    desk.run(&["login", "t"]).ends(2).says(&["[unknown_server]", "there is no server `t`"]);
    desk.run(&["login", "s", "--demo"]).ends(2);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_sign_in() {
    let desk = Desk::new();
    let (child, _, _) = desk.login(&[]);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("interrupted");
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    ran.ends(3).says(&["nothing was stored"]);
}

#[test]
fn no_token_comes_out_anywhere() {
    let desk = Desk::new();
    let (mut child, url, mut said) = desk.login(&["-vv"]);
    visit(&url);
    let _ = child.stderr.take().expect("a pipe").read_to_string(&mut said);
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    said.push_str(&ran.out);
    desk.place.put("a.js", "console.log(await tools.s.read({})); await tools.s.blab({});");
    for arguments in [
        &["run", "a.js", "-vv", "--trace"][..],
        &["run", "a.js", "--json"],
        &["call", "s.blab"],
        &["call", "s.blab", "--json"],
        &["call", "s.write"],
        &["tools", "--json"],
        &["doctor", "--json"],
    ] {
        // The second half goes through a renewal that is rejected by a server which repeats what it received.
        for refuses in [false, true] {
            desk.realm.state().refuses_renewal = refuses;
            if refuses {
                desk.realm.forget_access();
            }
            let ran = desk.run(arguments);
            said.push_str(&ran.out);
            said.push_str(&ran.err);
            if refuses {
                desk.realm.state().refuses_renewal = false;
                desk.sign_in();
            }
        }
    }
    let logout = desk.run(&["logout", "s", "-vv"]);
    said.push_str(&logout.out);
    said.push_str(&logout.err);
    let learned = std::fs::read_to_string(desk.place.0.path().join(".callbox/learned.json")).unwrap_or_default();
    assert!(learned.contains("read"), "something was learned: {learned}");
    for (what, text) in [("what was printed", &said), ("what was learned", &learned)] {
        if let Some(at) = text.find("canary") {
            panic!("a token is in {what}: {}", &text[at.saturating_sub(200)..(at + 100).min(text.len())]);
        }
    }
}
