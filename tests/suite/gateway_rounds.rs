//! Servers that ask the user something during a call: who is asked, who is not, and which run continues with the
//! answer.

use std::{sync::Arc, thread};

use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::Served;
use crate::raw_client::{RawClient, accepts, again, asks, message, meta, run};
use crate::upstreams::fault_server;

const SCRIPT: &str = "const r = await tools.s.ask({ message: 'your name?' }); return { ...r, after: 1 + 1 }";

/// With a server of that era that asks, and another next to it.
fn place(era: &str) -> Place {
    let servers = json!({ "mcpServers": {
        "s": { "command": fault_server(), "args": ["--era", era] },
        "t": { "command": fault_server(), "args": ["--era", era] },
    } });
    Place::new(&[(".mcp.json", &servers.to_string())])
}

/// Returns the structured content of a final result.
#[track_caller]
fn value(result: &Value) -> &Value {
    assert!(result["isError"] != true, "{result}");
    assert!(result.get("structuredContent").is_some(), "{result}");
    &result["structuredContent"]
}

#[track_caller]
fn words(result: &Value) -> String {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().expect("a text").to_owned()
}

/// A legacy client's user answers a script's single question; returns the question and what the script returned.
fn legacy(era: &str, answer: Value) -> (String, Value) {
    let mut client = RawClient::legacy(&place(era), &[], asks());
    let id = client.send("tools/call", run(SCRIPT));
    let question = client.question();
    client.reply(&question, answer);
    (message(&question).to_owned(), value(&client.answer(id)).clone())
}

/// The same with a modern client.
fn modern(era: &str, answer: &Value) -> (String, Value) {
    let mut client = RawClient::modern(&place(era), &[], asks());
    let asked = client.run(SCRIPT);
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let question = asked["inputRequests"].as_object().expect("questions").values().next().expect("one").clone();
    assert_eq!(question["params"]["requestedSchema"]["properties"]["name"]["default"], "nobody", "{question}");
    let result = client.ask("tools/call", again(run(SCRIPT), &asked, |_| answer.clone()));
    (message(&question).to_owned(), value(&result).clone())
}

#[test]
fn a_person_is_asked_in_every_pair_of_eras_and_the_script_goes_on() {
    for era in ["legacy", "modern"] {
        for (question, value) in [legacy(era, accepts("Ada")), modern(era, &accepts("Ada"))] {
            assert_eq!(question, "The server `s` asks: your name?");
            assert_eq!(value, json!({ "reply": accepts("Ada"), "declared": true, "after": 2 }));
        }
    }
}

#[test]
fn a_no_reaches_the_server_whose_answer_stands() {
    for action in ["decline", "cancel"] {
        let answer = json!({ "action": action });
        for era in ["legacy", "modern"] {
            for (_, value) in [legacy(era, answer.clone()), modern(era, &answer)] {
                assert_eq!(value["reply"]["action"], action);
            }
        }
    }
}

#[test]
fn where_nobody_can_be_asked_the_call_fails_and_says_what_was_wanted() {
    let caught = "try { return await tools.s.ask({ message: 'your name?' }) } catch (e) { return { code: e.code, message: e.message } }";
    for era in ["legacy", "modern"] {
        let place = place(era);
        let clients = [RawClient::legacy(&place, &[], json!({})), RawClient::modern(&place, &[], json!({}))];
        for mut client in clients {
            let result = client.run(caught);
            let value = value(&result);
            assert_eq!(value["code"], "input_required", "{value}");
            assert!(
                value["message"].as_str().expect("words").contains("server `s` asks the user: `your name?`"),
                "{value}"
            );
            assert!(words(&client.run(SCRIPT)).contains("your name?"));
        }
    }
}

#[test]
fn addresses_are_shown_only_to_clients_that_can_open_them_and_are_addresses_of_pages() {
    let code = |url: &str| format!("return await tools.s.ask({{ url: '{url}' }})");
    let place = place("modern");
    let mut client = RawClient::modern(&place, &[], asks());
    let asked = client.run(&code("https://example.com/sign?a=b"));
    let question = asked["inputRequests"].as_object().expect("questions").values().next().expect("one").clone();
    assert_eq!(question["params"]["mode"], "url", "{question}");
    assert_eq!(question["params"]["url"], "https://example.com/sign?a=b");
    let result = client.run(&code("javascript:alert(1)"));
    assert_eq!(value(&result)["reply"]["action"], "decline");
    let mut client = RawClient::modern(&place, &[], json!({ "elicitation": {} }));
    assert!(words(&client.run(&code("https://example.com"))).contains("nobody can be asked"));
}

#[test]
fn requests_that_are_not_for_people_are_refused_in_the_protocols_way() {
    let mut client = RawClient::modern(&place("modern"), &[], asks());
    let result = client.run("return await tools.s.ask({ method: 'roots/list' })");
    assert_eq!(value(&result)["reply"], json!({ "roots": [] }));
    let words = words(&client.run("return await tools.s.ask({ method: 'sampling/createMessage' })"));
    assert!(words.contains("sampling/createMessage"), "{words}");
}

#[test]
fn a_server_that_never_stops_asking_fails_the_call() {
    let mut client = RawClient::modern(&place("modern"), &[], asks());
    let code = "return await tools.s.ask({ rounds: 99 })";
    let mut result = client.run(code);
    for _ in 0..9 {
        assert_eq!(result["resultType"], "input_required", "{result}");
        result = client.ask("tools/call", again(run(code), &result, |_| accepts("x")));
    }
    let last = client.ask("tools/call", again(run(code), &result, |_| accepts("x")));
    assert!(words(&last).contains("10 rounds"), "{last}");
}

#[test]
fn calls_that_ask_in_parallel_make_one_answer_and_each_gets_its_own() {
    let code = "return await Promise.all(['a', 'b'].map(async message => [message, (await tools.s.ask({ message })).reply.content.name]))";
    let mut client = RawClient::modern(&place("modern"), &[], asks());
    let asked = client.run(code);
    assert_eq!(asked["inputRequests"].as_object().expect("questions").len(), 2, "{asked}");
    let name = |message: &str| accepts(message.rsplit(' ').next().unwrap_or_default());
    let result = client.ask("tools/call", again(run(code), &asked, name));
    assert_eq!(value(&result), &json!([["a", "a"], ["b", "b"]]));
}

#[test]
fn what_is_not_answered_is_asked_again() {
    let code = "return await Promise.all(['a', 'b'].map(message => tools.s.ask({ message })))";
    let mut client = RawClient::modern(&place("modern"), &[], asks());
    let asked = client.run(code);
    let mut half = again(run(code), &asked, |_| accepts("x"));
    half["inputResponses"].as_object_mut().expect("answers").remove("question-1");
    let rest = client.ask("tools/call", half);
    let keys: Vec<_> = rest["inputRequests"].as_object().expect("questions").keys().cloned().collect();
    assert_eq!(keys, ["question-1"], "{rest}");
    let result = client.ask("tools/call", again(run(code), &rest, |_| accepts("y")));
    assert_eq!(value(&result).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_direct_tool_asks_too() {
    let place = place("modern");
    let arguments = ["--direct", "s.ask"];
    let params = json!({ "name": "s__ask", "arguments": {} });
    let mut client = RawClient::modern(&place, &arguments, asks());
    let asked = client.ask("tools/call", params.clone());
    let result = client.ask("tools/call", again(params.clone(), &asked, |_| accepts("Ada")));
    assert_eq!(value(&result)["reply"], accepts("Ada"));
    let mut client = RawClient::legacy(&place, &arguments, asks());
    let id = client.send("tools/call", params);
    let question = client.question();
    client.reply(&question, accepts("Bo"));
    assert_eq!(value(&client.answer(id))["reply"], accepts("Bo"));
}

#[test]
fn a_state_that_was_made_up_used_or_belongs_to_another_request_moves_nothing() {
    let mut client = RawClient::modern(&place("modern"), &[], asks());
    let asked = client.run(SCRIPT);
    let good = again(run(SCRIPT), &asked, |_| accepts("Ada"));
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut wrong = good.clone();
        change(&mut wrong);
        wrong
    };
    let refused = [
        (wrong(&|params| params["requestState"] = "0".repeat(32).into()), "no request waits"),
        (wrong(&|params| params["arguments"]["code"] = "return 1".into()), "repeat that one unchanged"),
        (wrong(&|params| params["inputResponses"]["question-1"] = json!({ "action": "wave" })), "`action`"),
        (wrong(&|params| params["inputResponses"]["question-1"]["content"] = "text".into()), "`content`"),
    ];
    for (params, words) in refused {
        let error = client.ask("tools/call", params);
        assert_eq!(error["code"], -32602, "{error}");
        assert!(error["message"].as_str().expect("words").contains(words), "{error}");
    }
    let result = client.ask("tools/call", good.clone());
    assert_eq!(value(&result)["reply"], accepts("Ada"), "no refusal has harmed it");
    let replayed = client.ask("tools/call", good);
    assert!(replayed["message"].as_str().expect("words").contains("used already"), "{replayed}");
}

const ANNA: &str = "anna-0123456789abcdef";
const BORIS: &str = "boris-0123456789abcdef";

/// Sends a modern request over HTTP with a token; returns its result or error.
fn post(served: &Served, token: &str, method: &str, mut params: Value) -> Value {
    params["_meta"] = meta(&json!({ "elicitation": {}, "extensions": { "io.modelcontextprotocol/tasks": {} } }));
    let name = params["name"].as_str().or(params["taskId"].as_str()).unwrap_or_default().to_owned();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let (_, answer) = served.ask(&format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n\
         Mcp-Name: {name}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
        served.address,
        body.len()
    ));
    let found = answer.lines().map(|line| line.trim_start_matches("data:").trim());
    let message = found.filter(|line| line.starts_with('{')).find_map(|line| serde_json::from_str::<Value>(line).ok());
    let message = message.unwrap_or_else(|| panic!("no message in {answer}"));
    message.get("result").unwrap_or(&message["error"]).clone()
}

/// Over HTTP, for two principals.
pub fn shared(era: &str, arguments: &[&str]) -> (Place, Arc<Served>) {
    let place = place(era);
    place.put("tokens", &format!("anna {ANNA}\nboris {BORIS}\n"));
    let served = Served::start(&place, &[&["--no-learn", "--token-file", "tokens"], arguments].concat());
    (place, Arc::new(served))
}

pub fn anna(served: &Served, method: &str, params: Value) -> Value {
    post(served, ANNA, method, params)
}

pub fn boris(served: &Served, method: &str, params: Value) -> Value {
    post(served, BORIS, method, params)
}

#[test]
fn anothers_state_is_as_unknown_as_one_that_never_was() {
    let (_place, served) = shared("modern", &["--task-after-ms", "60000"]);
    let asked = anna(&served, "tools/call", run(SCRIPT));
    let params = again(run(SCRIPT), &asked, |_| accepts("Eve"));
    let mut made_up = params.clone();
    made_up["requestState"] = "0".repeat(32).into();
    let foreign = boris(&served, "tools/call", params);
    assert_eq!(foreign["code"], -32602, "{foreign}");
    assert_eq!(foreign, boris(&served, "tools/call", made_up));
    let result = anna(&served, "tools/call", again(run(SCRIPT), &asked, |_| accepts("Ada")));
    assert_eq!(value(&result)["reply"], accepts("Ada"));
}

#[test]
fn two_clients_asked_at_the_same_time_do_not_cross() {
    let (_place, served) = shared("modern", &["--task-after-ms", "60000"]);
    let clients = [ANNA, BORIS].map(|token| {
        let served = Arc::clone(&served);
        thread::spawn(move || {
            for round in 0..5 {
                let code = format!("return (await tools.s.ask({{ message: '{token} {round}' }})).reply.content.name");
                let asked = post(&served, token, "tools/call", run(&code));
                let echoed = |message: &str| {
                    assert!(message.contains(token), "{message}");
                    accepts(message)
                };
                let result = post(&served, token, "tools/call", again(run(&code), &asked, echoed));
                assert!(value(&result).as_str().expect("a name").ends_with(&format!("{token} {round}")), "{result}");
            }
        })
    });
    clients.into_iter().for_each(|client| client.join().expect("each client gets its own"));
}

/// A legacy server does not say to which call its question belongs.
#[test]
fn a_question_that_may_be_anybodys_is_put_to_nobody() {
    let (_place, served) = shared("legacy", &["--task-after-ms", "60000"]);
    let asked = anna(&served, "tools/call", run(SCRIPT));
    assert_eq!(asked["resultType"], "input_required", "she alone calls: {asked}");
    let result = boris(&served, "tools/call", run(SCRIPT));
    assert_eq!(value(&result)["reply"]["action"], "decline", "{result}");
    let result = anna(&served, "tools/call", again(run(SCRIPT), &asked, |_| accepts("Ada")));
    assert_eq!(value(&result)["reply"], accepts("Ada"));
}

#[test]
fn the_clocks_stand_still_while_a_person_thinks() {
    for era in ["legacy", "modern"] {
        let place = place(era);
        let mut client = RawClient::modern(&place, &["--wall-ms", "5000", "--tool-call-ms", "4000"], asks());
        let asked = client.run(SCRIPT);
        assert_eq!(asked["resultType"], "input_required", "{asked}");
        // Longer than the run and the call may take.
        thread::sleep(std::time::Duration::from_millis(6_000));
        let result = client.ask("tools/call", again(run(SCRIPT), &asked, |_| accepts("Ada")));
        assert_eq!(value(&result)["reply"], accepts("Ada"));
        assert!(words(&client.run("await new Promise(done => setTimeout(done, 60000))")).contains("wall_ms"));
    }
}

#[test]
fn a_client_that_never_comes_back_ends_its_run() {
    for era in ["legacy", "modern"] {
        let place = place(era);
        let mut client = RawClient::modern(&place, &["--person-ms", "300"], asks());
        let code = "try { await tools.s.ask({}) } catch { return 'caught' }";
        let asked = client.run(code);
        assert_eq!(asked["resultType"], "input_required", "{asked}");
        thread::sleep(std::time::Duration::from_millis(2_000));
        let late = client.ask("tools/call", again(run(code), &asked, |_| accepts("Ada")));
        let words = words(&late);
        assert!(words.contains("limit `person_ms` of 300") && words.contains("s.ask"), "{words}");
        let mut client = RawClient::legacy(&place, &["--person-ms", "300"], asks());
        let result = client.run(code);
        assert!(self::words(&result).contains("person_ms"), "{result}");
        client.message(|message| message["method"] == "notifications/cancelled");
    }
}

#[test]
fn nobody_is_asked_where_no_time_is_given_for_it() {
    let mut client = RawClient::modern(&place("modern"), &["--person-ms", "0"], asks());
    assert!(words(&client.run(SCRIPT)).contains("nobody can be asked"));
}

/// The official reference server asks with fields of every kind.
#[test]
fn a_real_server_asks() {
    let Some(modules) = crate::real_servers::installed() else { return };
    let server = modules.join("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    let servers = json!({ "mcpServers": { "s": { "command": modules.join("node_modules/node/bin/node"), "args": [server, "stdio"] } } });
    let place = Place::new(&[(".mcp.json", &servers.to_string())]);
    let mut client = RawClient::modern(&place, &[], asks());
    let code =
        "const t = Object.keys(tools.s).find(name => /elicitation_?request$/i.test(name)); return await tools.s[t]({})";
    let asked = client.run(code);
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let result = client.ask("tools/call", again(run(code), &asked, |_| json!({ "action": "decline" })));
    assert!(value(&result).to_string().contains("decline"), "{result}");
}
