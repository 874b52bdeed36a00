//! A client of the gateway that knows the protocol but nothing of callbox: JSON lines over standard input and output,
//! legacy (2025-11-25 and before, with `initialize`) or modern (2026-07-28).

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::cli::Place;

/// Far longer than anything here takes; only a bug makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(180);

/// The client and its gateway, ended together with the test.
pub struct RawClient {
    child: Child,
    input: ChildStdin,
    lines: Receiver<Value>,
    /// Messages not yet asked for.
    unread: VecDeque<Value>,
    capabilities: Value,
    is_modern: bool,
    next: u64,
}

impl RawClient {
    /// A client of 2026-07-28 that declares these capabilities with each request.
    pub fn modern(place: &Place, arguments: &[&str], capabilities: Value) -> Self {
        let mut client = Self::start(place, arguments, capabilities, true);
        client.ask("server/discover", json!({}));
        client
    }

    /// A client of 2025-11-25 that has completed the handshake with these capabilities.
    pub fn legacy(place: &Place, arguments: &[&str], capabilities: Value) -> Self {
        Self::legacy_of("2025-11-25", place, arguments, capabilities)
    }

    /// The same for another version.
    pub fn legacy_of(version: &str, place: &Place, arguments: &[&str], capabilities: Value) -> Self {
        let mut client = Self::start(place, arguments, capabilities.clone(), false);
        let id = client.send(
            "initialize",
            json!({ "protocolVersion": version, "capabilities": capabilities,
            "clientInfo": { "name": "raw", "version": "1" } }),
        );
        client.answer(id);
        client.write(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn start(place: &Place, arguments: &[&str], capabilities: Value, is_modern: bool) -> Self {
        let all = [&["serve", "--no-learn"], arguments].concat();
        let mut command = place.command(&all);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            lines.filter_map(|line| serde_json::from_str(&line).ok()).try_for_each(|line| sender.send(line))
        });
        Self { child, input, lines, unread: VecDeque::new(), capabilities, is_modern, next: 0 }
    }

    /// Returns the process id of its gateway.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request; returns its id.
    pub fn send(&mut self, method: &str, mut params: Value) -> u64 {
        self.next += 1;
        if self.is_modern {
            params["_meta"] = meta(&self.capabilities);
        }
        self.write(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }

    /// Sends a raw message.
    pub fn write(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("the gateway listens");
    }

    /// Returns the next message that satisfies the condition.
    pub fn message(&mut self, holds: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&holds) {
            return self.unread.remove(at).expect("it is there");
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message =
                self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("nothing came; unread: {:?}", self.unread));
            if holds(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// Returns the answer to a request: the result, or the error unchanged.
    pub fn answer(&mut self, id: u64) -> Value {
        let message = self.message(|message| message["id"] == id && message.get("method").is_none());
        message.get("result").unwrap_or(&message["error"]).clone()
    }

    /// Sends a request and returns its answer.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    pub fn run(&mut self, code: &str) -> Value {
        self.ask("tools/call", run(code))
    }

    /// Returns the next question that the gateway sends on its own, as to legacy clients.
    pub fn question(&mut self) -> Value {
        self.message(|message| message["method"] == "elicitation/create")
    }

    /// Answers such a question.
    pub fn reply(&mut self, question: &Value, result: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }));
    }
}

impl Drop for RawClient {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the parameters of a call of `run_script`.
pub fn run(code: &str) -> Value {
    json!({ "name": "run_script", "arguments": { "code": code } })
}

/// Returns the metadata that a modern client sends with each request.
pub fn meta(capabilities: &Value) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "raw", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    })
}

/// Returns the capabilities of a client that can ask its user.
pub fn asks() -> Value {
    json!({ "elicitation": { "form": {}, "url": {} } })
}

/// Returns a user's yes, with a name.
pub fn accepts(name: &str) -> Value {
    json!({ "action": "accept", "content": { "name": name } })
}

/// Gives the same answer to every question of a result that requires input.
pub fn responses(result: &Value, answer: impl Fn(&str) -> Value) -> Value {
    let questions = result["inputRequests"].as_object().unwrap_or_else(|| panic!("no questions in {result}"));
    questions
        .iter()
        .map(|(key, question)| (key.clone(), answer(message(question))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Returns the text of a question.
pub fn message(question: &Value) -> &str {
    question["params"]["message"].as_str().unwrap_or_default()
}

/// Returns a request's parameters with answers added.
pub fn again(mut params: Value, result: &Value, answer: impl Fn(&str) -> Value) -> Value {
    params["inputResponses"] = responses(result, answer);
    params["requestState"] = result["requestState"].clone();
    params
}
