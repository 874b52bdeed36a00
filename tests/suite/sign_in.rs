//! Signing in to servers: the complete flow with a browser, what is stored and renewed, what is rejected, and that
//! tokens never leak.

mod programs;
mod realm;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use callbox::{End, RunRequest};
use callbox_mcp::{
    Config, ConnectOptions, FailureCode, FolderStore, Login, MemoryStore, SignInCode, SignInError, SignedIn, TokenKey,
    TokenStore, log_out,
};
use callbox_tests::browser::{visit, visit_changed};
use callbox_tests::stage;
use serde_json::{Value, json};

use crate::upstreams::{PATIENCE, Running, patient, started};
use realm::Realm;

const READ: &str = "return await tools.s.read({});";

/// A script that returns the error it catches from a tool.
fn catching(tool: &str) -> String {
    format!(
        "try {{ return await tools.s.{tool}({{}}); }} catch (e) {{ return {{ code: e.code, message: e.message, data: e.data }}; }}"
    )
}

/// A server `s` in a realm, and its settings.
struct Scene {
    realm: Realm,
    store: Arc<dyn TokenStore>,
    entry: Value,
}

impl Scene {
    fn new() -> Self {
        Self::with_auth(Value::Null)
    }

    fn with_auth(auth: Value) -> Self {
        let realm = Realm::open();
        let entry = json!({ "url": realm.url(), "auth": auth });
        Self { realm, store: Arc::new(MemoryStore::default()), entry }
    }

    fn config(&self) -> Config {
        let text = json!({ "mcpServers": { "s": self.entry } }).to_string();
        Config::parse(&text, Path::new("/test/.mcp.json"), &|_| None).expect("a list")
    }

    fn options(&self) -> ConnectOptions {
        let mut options = patient();
        options.tokens = Arc::clone(&self.store);
        options
    }

    fn connected(&self) -> Running {
        started(&json!({ "s": self.entry }), &self.options())
    }

    /// Begins a sign-in, lets `person` act on the URL, and waits for the end.
    fn sign_in_as(
        &self,
        wait: Duration,
        person: impl FnOnce(String) + Send + 'static,
    ) -> Result<SignedIn, SignInError> {
        let config = self.config();
        stage::wait(async {
            match Login::begin(&config, "s", Arc::clone(&self.store)).await? {
                Login::SignedIn(signed_in) => Ok(signed_in),
                Login::Waiting(waiting) => {
                    let url = waiting.url().to_owned();
                    let person = std::thread::spawn(move || person(url));
                    let ended = waiting.finish(wait).await;
                    person.join().expect("the person does as told");
                    ended
                }
            }
        })
    }

    fn sign_in(&self) -> Result<SignedIn, SignInError> {
        self.sign_in_as(PATIENCE, |url| assert_eq!(visit(&url), 200))
    }

    #[track_caller]
    fn signed_in(auth: Value) -> Self {
        let scene = Self::with_auth(auth);
        scene.sign_in().expect("signed in");
        scene
    }

    fn kept(&self) -> Option<String> {
        let key = TokenKey::new("s", &self.realm.url()).of_issuer(&self.realm.state().issuer);
        self.store.load(&key).expect("a store").map(|text| text.reveal().to_owned())
    }
}

#[track_caller]
fn fails(running: &Running, code: FailureCode, hint: &str) {
    let error = running.failure("s");
    assert_eq!(error.code, code, "{error}");
    assert_eq!(error.hint.as_deref(), Some(hint), "{error}");
}

const SIGN_IN: &str = "Sign in with `callbox login s`.";

#[test]
fn a_person_signs_in_and_the_tools_are_there() {
    let scene = Scene::new();
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
    let signed_in = scene.sign_in().expect("signed in");
    assert_eq!(signed_in.issuer, Some(scene.realm.state().base.clone()));
    assert_eq!(signed_in.scopes, ["mcp:read"]);
    assert!(signed_in.is_renewable);
    assert_eq!(scene.connected().returned(READ), json!({ "done": true }));
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 0, "fresh access is not renewed");
}

#[test]
fn a_client_that_is_known_registers_nothing() {
    let scene =
        Scene::with_auth(json!({ "clientId": "known", "clientSecret": "canary-known", "scopes": ["mcp:write"] }));
    scene.realm.knows("known", "canary-known");
    let signed_in = scene.sign_in().expect("signed in");
    assert_eq!(signed_in.scopes, ["mcp:write"]);
    assert_eq!(scene.realm.state().registrations, 0);
    let kept = scene.kept().expect("a grant");
    assert!(!kept.contains("canary-known"), "the configuration's secret is not kept");
    scene.realm.forget_access();
    assert_eq!(scene.connected().returned(READ), json!({ "done": true }), "renewed with the secret");
}

#[test]
fn a_client_metadata_document_is_its_own_identifier() {
    let document = "https://example.com/callbox.json";
    let scene = Scene::signed_in(json!({ "type": "oauth", "clientMetadataUrl": document }));
    assert_eq!(scene.realm.state().registrations, 0);
    assert_eq!(scene.realm.state().exchanges[0]["client_id"], document);
}

#[test]
fn without_registration_it_says_what_to_do() {
    let scene = Scene::new();
    scene.realm.state().offers_registration = false;
    let error = scene.sign_in().expect_err("nobody is registered");
    assert_eq!(error.code, SignInCode::Registration);
    assert!(error.hint.is_some_and(|hint| hint.contains("auth.clientId")));
}

#[test]
fn an_answer_with_another_state_is_refused_and_waited_on() {
    let scene = Scene::new();
    let ended = scene.sign_in_as(PATIENCE, |url| {
        assert_eq!(visit_changed(&url, |to| to.replace("state=", "state=x")), 400);
        assert_eq!(visit(&url), 200);
    });
    assert!(ended.is_ok(), "{ended:?}");
}

#[test]
fn only_answers_with_another_state_are_told() {
    let scene = Scene::new();
    // This many are treated as an attack.
    let ended = scene.sign_in_as(PATIENCE, |url| {
        for _ in 0..32 {
            assert_eq!(visit_changed(&url, |to| to.replace("state=", "state=x")), 400);
        }
    });
    assert_eq!(ended.expect_err("no answer").code, SignInCode::WrongState);
    assert_eq!(scene.kept(), None);
}

#[test]
fn nobody_signs_in() {
    let scene = Scene::new();
    let ended = scene.sign_in_as(Duration::from_millis(100), |_| ());
    assert_eq!(ended.expect_err("nobody").code, SignInCode::TimedOut);
}

#[test]
fn a_person_says_no() {
    let scene = Scene::new();
    scene.realm.state().refuses = true;
    let error = scene.sign_in().expect_err("refused");
    assert_eq!(error.code, SignInCode::Denied);
    assert!(error.message.contains("not today"), "{error}");
}

#[test]
fn an_answer_of_another_issuer_is_refused() {
    for iss in [Some("https://evil.example".to_owned()), None] {
        let scene = Scene::new();
        scene.realm.state().iss = iss;
        let error = scene.sign_in().expect_err("another issuer");
        assert_eq!(error.code, SignInCode::WrongIssuer, "{error}");
        assert_eq!(scene.kept(), None);
        assert_eq!(scene.realm.state().exchanges.len(), 0, "the code went nowhere");
    }
}

#[test]
fn an_answer_without_an_issuer_that_was_not_promised_is_taken() {
    let scene = Scene::new();
    (scene.realm.state().iss, scene.realm.state().promises_iss) = (None, false);
    scene.sign_in().expect("signed in");
}

#[test]
fn access_that_runs_out_is_renewed_once_for_all_calls() {
    let scene = Scene::new();
    scene.realm.state().lifetime_s = 0;
    scene.sign_in().expect("signed in");
    scene.realm.state().lifetime_s = 3600;
    let running = scene.connected();
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 1);
    scene.realm.forget_access();
    let all = "return (await Promise.all(Array.from({ length: 8 }, () => tools.s.read({})))).length;";
    assert_eq!(running.returned(all), json!(8));
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 2, "one renewal for eight calls");
}

#[test]
fn two_connections_renew_once() {
    let scene = Scene::signed_in(Value::Null);
    let (one, two) = (scene.connected(), scene.connected());
    scene.realm.forget_access();
    assert_eq!(one.returned(READ), json!({ "done": true }));
    assert_eq!(two.returned(READ), json!({ "done": true }));
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 1, "the second takes what the first was given");
}

#[test]
fn a_sign_in_while_it_runs_is_noticed() {
    let scene = Scene::signed_in(Value::Null);
    let running = scene.connected();
    (scene.realm.state().refuses_renewal, scene.realm.state().lifetime_s) = (true, 3600);
    scene.realm.forget_access();
    let told = running.returned(&catching("read"))["message"].to_string();
    assert!(told.contains("callbox login s"), "{told}");
    scene.sign_in().expect("signed in again");
    assert_eq!(running.returned(READ), json!({ "done": true }));
}

#[test]
fn a_refused_renewal_names_the_command_and_asks_once() {
    let scene = Scene::signed_in(Value::Null);
    let running = scene.connected();
    scene.realm.state().refuses_renewal = true;
    scene.realm.forget_access();
    for _ in 0..3 {
        let caught = running.returned(&catching("read"));
        assert!(caught["message"].as_str().is_some_and(|told| told.contains("`callbox login s`")), "{caught}");
        assert!(!caught.to_string().contains("canary"), "{caught}");
    }
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 1);
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
}

#[test]
fn nothing_is_sent_to_another_authorization_server() {
    let scene = Scene::signed_in(Value::Null);
    let other = format!("{}/other", scene.realm.state().base);
    scene.realm.state().issuer = other;
    scene.realm.forget_access();
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 0);
}

/// What one authorization server issued is useless once the server names another; it is sent nowhere any more, and is
/// valid again when the first is back.
#[test]
fn a_sign_in_belongs_to_its_authorization_server() {
    let scene = Scene::signed_in(Value::Null);
    let running = scene.connected();
    let first = scene.realm.state().issuer.clone();
    scene.realm.state().issuer = format!("{first}/other");
    scene.realm.forget_access();
    let caught = running.returned(&catching("read"))["message"].to_string();
    assert!(caught.contains("`callbox login s`"), "{caught}");
    scene.realm.state().bearers.clear();
    running.returned(&catching("read"));
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
    assert!(scene.realm.state().bearers.is_empty(), "the token goes nowhere any more");

    scene.realm.state().iss = Some(format!("{first}/other"));
    let second = scene.sign_in().expect("signed in there, too");
    assert_ne!(second.issuer, Some(first.clone()));
    assert_eq!(running.returned(READ), json!({ "done": true }));
    let registrations = scene.realm.state().registrations;

    scene.realm.state().issuer = first;
    scene.realm.forget_access();
    assert_eq!(running.returned(READ), json!({ "done": true }), "without a person");
    assert_eq!(scene.realm.state().registrations, registrations);
    assert_eq!(scene.realm.exchanges_of("refresh_token"), 1);
}

#[test]
fn servers_of_one_authorization_server_share_no_tokens() {
    let mut scene = Scene::signed_in(Value::Null);
    let other = Realm::open();
    other.state().issuer = scene.realm.state().base.clone();
    scene.entry["url"] = json!(other.url());
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
    assert!(other.state().bearers.is_empty());
    let entries = json!({ "s": { "url": scene.realm.url() }, "t": { "url": scene.realm.url() } });
    let running = started(&entries, &scene.options());
    assert_eq!(running.failure("t").code, FailureCode::SignInRequired, "another entry may be another person");
    assert_eq!(running.returned(READ), json!({ "done": true }));
}

#[test]
fn a_server_that_asks_only_for_its_tools_wants_a_sign_in() {
    let scene = Scene::new();
    scene.realm.state().lets_handshake_through = true;
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
    assert_eq!(scene.sign_in().expect("signed in").scopes, ["mcp:read"], "what a request for the tools is told");
    assert_eq!(scene.connected().returned(READ), json!({ "done": true }));
}

#[test]
fn a_program_signs_in_by_itself() {
    let auth = json!({ "grant": "client_credentials", "clientId": "robot", "clientSecret": "canary-robot" });
    let scene = Scene::with_auth(auth);
    scene.realm.knows("robot", "canary-robot");
    let running = scene.connected();
    assert_eq!(running.returned(READ), json!({ "done": true }));
    scene.realm.forget_access();
    assert_eq!(running.returned(READ), json!({ "done": true }), "got anew after a 401");
    assert_eq!(scene.realm.exchanges_of("client_credentials"), 2);
    assert_eq!(running.returned("return await tools.s.write({});"), json!({ "done": true }), "with a further scope");
    assert_eq!(scene.connected().returned(READ), json!({ "done": true }));
    assert_eq!(scene.realm.exchanges_of("client_credentials"), 3, "a second connection uses what is kept");
}

#[test]
fn a_known_client_is_not_told_to_another_authorization_server() {
    let robot = json!({ "grant": "client_credentials", "clientId": "robot", "clientSecret": "canary-robot" });
    for auth in [robot, json!({ "clientId": "robot", "clientSecret": "canary-robot" })] {
        let scene = Scene::with_auth(auth);
        scene.realm.knows("robot", "canary-robot");
        scene.sign_in().expect("signed in");
        let other = format!("{}/other", scene.realm.state().base);
        scene.realm.state().issuer = other;
        scene.realm.forget_access();
        scene.realm.state().exchanges.clear();
        assert_eq!(scene.sign_in().expect_err("another issuer").code, SignInCode::WrongIssuer);
        scene.connected().failure("s");
        assert!(scene.realm.state().exchanges.is_empty(), "nothing is sent there");
        stage::wait(log_out(&scene.config(), "s", Arc::clone(&scene.store))).expect("signed out");
        scene.realm.state().iss = Some(format!("{}/other", scene.realm.url().trim_end_matches("/mcp")));
        scene.sign_in().expect("signed in there, as told");
    }
}

#[test]
fn a_program_with_the_wrong_secret_is_told_without_it() {
    let auth = json!({ "grant": "client_credentials", "clientId": "robot", "clientSecret": "canary-wrong" });
    let scene = Scene::with_auth(auth);
    scene.realm.knows("robot", "canary-robot");
    let running = scene.connected();
    let error = running.failure("s");
    assert_eq!(error.code, FailureCode::Unauthorized, "{error}");
    assert!(error.message.contains("sign_in_client_refused"), "{error}");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[test]
fn a_sign_in_that_fails_tells_no_secret_of_the_entry() {
    let mut scene = Scene::with_auth(Value::Null);
    // The authorization server's rejection repeats it.
    scene.entry["url"] = json!(format!("{}?api_key=k7f3a9c21d4e8b", scene.realm.url()));
    scene.realm.state().refuses = true;
    let error = scene.sign_in().expect_err("refused");
    assert_eq!(error.code, SignInCode::Denied, "{error}");
    assert!(!format!("{error:?}").contains("k7f3a9c21d4e8b"), "{error:?}");
}

#[test]
fn a_further_scope_is_asked_for_at_the_next_sign_in() {
    let scene = Scene::signed_in(Value::Null);
    let running = scene.connected();
    let caught = running.returned(&catching("write"))["message"].to_string();
    assert!(caught.contains("mcp:write") && caught.contains("`callbox login s`"), "{caught}");
    assert_eq!(running.returned(READ), json!({ "done": true }), "what was granted stays good");
    assert_eq!(scene.sign_in().expect("signed in again").scopes, ["mcp:read", "mcp:write"]);
    let write = "return await tools.s.write({});";
    assert_eq!(running.returned(write), json!({ "done": true }), "it is noticed while the server is connected");
    assert_eq!(scene.connected().returned(write), json!({ "done": true }));
}

#[test]
fn signing_out_forgets_and_revokes() {
    let scene = Scene::signed_in(Value::Null);
    let out = || stage::wait(log_out(&scene.config(), "s", Arc::clone(&scene.store))).expect("signed out");
    let first = out();
    assert!(first.was_signed_in && first.is_revoked, "{first:?}");
    assert_eq!(scene.kept(), None);
    assert_eq!(scene.realm.state().revoked.len(), 2);
    assert!(scene.realm.state().refresh.is_empty());
    assert!(!out().was_signed_in);
    fails(&scene.connected(), FailureCode::SignInRequired, SIGN_IN);
}

#[test]
fn what_a_server_says_about_tokens_is_hidden() {
    let scene = Scene::signed_in(Value::Null);
    let outcome = scene.connected().run(RunRequest::new(catching("blab")));
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert!(returned.value["message"].as_str().is_some_and(|told| told.contains("<hidden>")), "{}", returned.value);
    assert!(!outcome.transcript().contains("canary"), "{}", outcome.transcript());
}

#[test]
fn there_is_nothing_to_sign_in_to() {
    let sign_in = |entry: Value| {
        let text = json!({ "mcpServers": { "s": entry } }).to_string();
        let config = Config::parse(&text, Path::new("/test/.mcp.json"), &|_| None).expect("a list");
        let store: Arc<dyn TokenStore> = Arc::new(MemoryStore::default());
        stage::wait(Login::begin(&config, "s", store)).expect_err("no sign-in").code
    };
    assert_eq!(sign_in(json!({ "command": "x" })), SignInCode::NotApplicable);
    let fixed = json!({ "url": "http://127.0.0.1:9/mcp", "headers": { "authorization": "Bearer x" } });
    assert_eq!(sign_in(fixed), SignInCode::NotApplicable);
    assert_eq!(sign_in(json!({ "url": "http://127.0.0.1:9/mcp" })), SignInCode::Discovery);
    assert_eq!(sign_in(json!({ "url": "http://127.0.0.1:9/mcp", "auth": 3 })), SignInCode::Misconfigured);
}

#[cfg(unix)]
#[test]
fn files_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("a/tokens");
    let mut scene = Scene::new();
    scene.store = Arc::new(FolderStore::new(&folder));
    scene.sign_in().expect("signed in");
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    let grant = files.iter().find(|file| file.extension().is_some_and(|kind| kind == "json")).expect("a grant");
    std::fs::set_permissions(grant, std::fs::Permissions::from_mode(0o644)).expect("opened to others");
    let running = scene.connected();
    let error = running.failure("s");
    assert_eq!(error.code, FailureCode::Unauthorized, "{error}");
    assert!(error.message.contains("can be read by other users"), "{error}");
}
