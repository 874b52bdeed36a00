//! An OTLP collector on loopback: HTTP by hand, messages through `opentelemetry-proto`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::{Value, json};

/// Longer than any span takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Listens until the test process ends.
pub struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    spans: Vec<Seen>,
    heads: Vec<String>,
    /// All raw bytes, for canaries.
    bytes: Vec<u8>,
    resource: BTreeMap<String, Value>,
}

/// A span as received.
#[derive(Debug, Clone)]
pub struct Seen {
    pub name: String,
    /// `INTERNAL`, `SERVER`, `CLIENT`.
    pub kind: String,
    pub trace: String,
    pub id: String,
    /// Empty for a root span.
    pub parent: String,
    pub state: String,
    pub attributes: BTreeMap<String, Value>,
    pub is_error: bool,
    pub message: String,
    pub duration_ns: u64,
}

impl Seen {
    pub fn get(&self, name: &str) -> Value {
        self.attributes.get(name).cloned().unwrap_or_default()
    }
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Received::default()));
        let shared = Arc::clone(&received);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                thread::spawn(move || while answer(&connection, &shared).is_some() {});
            }
        });
        Self { address, received }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until that many spans have arrived; returns all of them.
    #[track_caller]
    pub fn spans(&self, count: usize) -> Vec<Seen> {
        let began = Instant::now();
        loop {
            let spans = self.received.lock().expect("spans").spans.clone();
            if spans.len() >= count {
                return spans;
            }
            assert!(began.elapsed() < PATIENCE, "{} of {count} spans: {spans:#?}", spans.len());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Returns the heads of the requests.
    pub fn heads(&self) -> Vec<String> {
        self.received.lock().expect("heads").heads.clone()
    }

    pub fn resource(&self, name: &str) -> Value {
        self.received.lock().expect("a resource").resource.get(name).cloned().unwrap_or_default()
    }

    /// Whether these words were sent.
    pub fn knows(&self, words: &str) -> bool {
        let bytes = &self.received.lock().expect("bytes").bytes;
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    }
}

/// Receives one export; `None` once the connection is closed.
fn answer(mut connection: &TcpStream, received: &Mutex<Received>) -> Option<()> {
    let mut reader = BufReader::new(connection);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        let line = line.to_ascii_lowercase();
        length = line.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap_or(0));
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = ExportTraceServiceRequest::decode(body.as_slice()).expect("an export");
    let mut received = received.lock().expect("spans");
    received.heads.push(head);
    received.bytes.extend(body);
    for resource in request.resource_spans {
        received.resource.extend(attributes(resource.resource.map(|it| it.attributes).unwrap_or_default()));
        let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
        received.spans.extend(spans.map(seen));
    }
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n").ok()
}

fn seen(span: Span) -> Seen {
    let status = span.status.clone().unwrap_or_default();
    Seen {
        kind: span.kind().as_str_name().trim_start_matches("SPAN_KIND_").to_owned(),
        name: span.name,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        state: span.trace_state,
        attributes: attributes(span.attributes),
        is_error: status.code == 2,
        message: status.message,
        duration_ns: span.end_time_unix_nano - span.start_time_unix_nano,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Collects attributes; none may occur twice.
fn attributes(pairs: Vec<KeyValue>) -> BTreeMap<String, Value> {
    let mut attributes = BTreeMap::new();
    for pair in pairs {
        let value = match pair.value.and_then(|value| value.value) {
            Some(any_value::Value::StringValue(text)) => json!(text),
            Some(any_value::Value::IntValue(number)) => json!(number),
            Some(any_value::Value::DoubleValue(number)) => json!(number),
            Some(any_value::Value::BoolValue(is)) => json!(is),
            other => panic!("an attribute of another kind: {other:?}"),
        };
        assert!(attributes.insert(pair.key.clone(), value).is_none(), "`{}` stands there twice", pair.key);
    }
    attributes
}
