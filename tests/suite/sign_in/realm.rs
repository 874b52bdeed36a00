//! A protected MCP server and its authorization server in one, on loopback, until dropped. It is strict: a client that
//! breaks a rule of OAuth 2.1 gets no token.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Its settings, and what it has seen.
#[derive(Debug)]
pub struct State {
    /// The base URL of both servers.
    pub base: String,
    /// Lifetime of the next tokens, seconds.
    pub lifetime_s: u64,
    /// The `iss` in the answer; `None` omits it.
    pub iss: Option<String>,
    /// Whether the metadata promises `iss`.
    pub promises_iss: bool,
    /// The authorization server's own issuer identifier.
    pub issuer: String,
    pub refuses_renewal: bool,
    pub offers_registration: bool,
    /// Whether the user says no.
    pub refuses: bool,
    /// Whether a handshake needs no access.
    pub lets_handshake_through: bool,
    /// The tokens in requests to the server.
    pub bearers: Vec<String>,
    pub access: HashMap<String, String>,
    pub refresh: HashMap<String, String>,
    codes: HashMap<String, HashMap<String, String>>,
    secrets: HashMap<String, String>,
    count: u32,
    /// The forms posted to the token endpoint.
    pub exchanges: Vec<HashMap<String, String>>,
    pub revoked: Vec<String>,
    pub registrations: u32,
}

/// The two servers.
pub struct Realm {
    at: SocketAddr,
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    method: String,
    path: String,
    query: HashMap<String, String>,
    bearer: Option<String>,
    body: String,
}

type Answer = (String, Vec<(&'static str, String)>, String);

impl Realm {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::new(format!("http://{at}"))));
        let over = Arc::new(AtomicBool::new(false));
        let (stop, shared) = (Arc::clone(&over), Arc::clone(&state));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&connection, &shared));
            }
        });
        Self { at, state, over, thread: Some(thread) }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.at)
    }

    /// Makes a client known in advance.
    pub fn knows(&self, id: &str, secret: &str) {
        self.state().secrets.insert(id.to_owned(), secret.to_owned());
    }

    /// Expires all issued access tokens.
    pub fn forget_access(&self) {
        self.state().access.clear();
    }

    pub fn exchanges_of(&self, grant: &str) -> usize {
        self.state().exchanges.iter().filter(|form| form.get("grant_type").is_some_and(|kind| kind == grant)).count()
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread, which then sees that it is over.
        let _ = TcpStream::connect(self.at);
        self.thread.take().map(JoinHandle::join);
    }
}

impl State {
    fn new(base: String) -> Self {
        Self {
            iss: Some(base.clone()),
            issuer: base.clone(),
            base,
            lifetime_s: 3600,
            promises_iss: true,
            refuses_renewal: false,
            offers_registration: true,
            refuses: false,
            lets_handshake_through: false,
            bearers: Vec::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            codes: HashMap::new(),
            secrets: HashMap::new(),
            count: 0,
            exchanges: Vec::new(),
            revoked: Vec::new(),
            registrations: 0,
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let issuer_path = self.issuer.strip_prefix(&self.base).unwrap_or_default().to_owned();
        match (request.method.as_str(), request.path.as_str()) {
            // Like most servers: other methods than POST are rejected.
            (method, "/mcp") if method != "POST" => plain("405 Method Not Allowed"),
            (_, "/mcp") => self.mcp(request),
            ("GET", "/.well-known/oauth-protected-resource/mcp") => json_answer(&json!({
                "resource": format!("{}/mcp", self.base),
                "authorization_servers": [self.issuer],
                "scopes_supported": ["mcp:read", "mcp:read-more"],
            })),
            ("GET", path) if path == format!("/.well-known/oauth-authorization-server{issuer_path}") => {
                json_answer(&self.metadata())
            }
            ("POST", "/register") if self.offers_registration => {
                self.registrations += 1;
                let asked: Value = serde_json::from_str(&request.body).unwrap_or_default();
                let id = format!("client-{}", self.registrations);
                self.secrets.insert(id.clone(), "canary-registered-secret".to_owned());
                let uris = &asked["redirect_uris"];
                let client =
                    json!({"client_id": id, "client_secret": "canary-registered-secret", "redirect_uris": uris});
                ("201 Created".to_owned(), vec![("content-type", "application/json".to_owned())], client.to_string())
            }
            ("GET", "/authorize") => self.authorize(&request.query),
            ("POST", "/token") => self.token(form(&request.body)),
            ("POST", "/revoke") => {
                let token = form(&request.body).remove("token").unwrap_or_default();
                self.access.remove(&token);
                self.refresh.remove(&token);
                self.revoked.push(token);
                json_answer(&json!({}))
            }
            _ => plain("404 Not Found"),
        }
    }

    fn metadata(&self) -> Value {
        let base = &self.base;
        let mut metadata = json!({
            "issuer": self.issuer,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "revocation_endpoint": format!("{base}/revoke"),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "authorization_response_iss_parameter_supported": self.promises_iss,
            "client_id_metadata_document_supported": true,
        });
        if self.offers_registration {
            metadata["registration_endpoint"] = json!(format!("{base}/register"));
        }
        metadata
    }

    fn authorize(&mut self, query: &HashMap<String, String>) -> Answer {
        let asked = |name: &str| query.get(name).cloned().unwrap_or_default();
        if asked("resource") != format!("{}/mcp", self.base) || asked("code_challenge_method") != "S256" {
            return plain("400 Bad Request");
        }
        let mut back = format!("{}?state={}", asked("redirect_uri"), asked("state"));
        if let Some(iss) = &self.iss {
            back.push_str(&format!("&iss={}", iss.replace(':', "%3A").replace('/', "%2F")));
        }
        if self.refuses {
            back.push_str("&error=access_denied&error_description=not%20today,%20k7f3a9c21d4e8b");
        } else {
            self.count += 1;
            let code = format!("canary-code-{}", self.count);
            self.codes.insert(code.clone(), query.clone());
            back.push_str(&format!("&code={code}"));
        }
        ("302 Found".to_owned(), vec![("location", back)], String::new())
    }

    fn token(&mut self, form: HashMap<String, String>) -> Answer {
        let given = |name: &str| form.get(name).cloned().unwrap_or_default();
        self.exchanges.push(form.clone());
        if given("resource") != format!("{}/mcp", self.base) {
            return refused("invalid_target", &form);
        }
        let knows_secret = self.secrets.get(&given("client_id")).is_none_or(|secret| *secret == given("client_secret"));
        if !knows_secret {
            return refused("invalid_client", &form);
        }
        let scope = match given("grant_type").as_str() {
            "authorization_code" => match self.codes.remove(&given("code")) {
                Some(asked)
                    if asked.get("code_challenge") == Some(&challenge(&given("code_verifier")))
                        && asked.get("client_id") == Some(&given("client_id"))
                        && asked.get("redirect_uri") == Some(&given("redirect_uri")) =>
                {
                    asked.get("scope").cloned().unwrap_or_default()
                }
                _ => return refused("invalid_grant", &form),
            },
            "refresh_token" if self.refuses_renewal => return refused("invalid_grant", &form),
            "refresh_token" => match self.refresh.remove(&given("refresh_token")) {
                Some(scope) => scope,
                None => return refused("invalid_grant", &form),
            },
            "client_credentials" if self.secrets.contains_key(&given("client_id")) => given("scope"),
            _ => return refused("unsupported_grant_type", &form),
        };
        self.give(&scope, given("grant_type") != "client_credentials")
    }

    fn give(&mut self, scope: &str, is_renewable: bool) -> Answer {
        self.count += 1;
        let (access, refresh) = (format!("canary-access-{}", self.count), format!("canary-refresh-{}", self.count));
        self.access.insert(access.clone(), scope.to_owned());
        let mut tokens = json!({
            "access_token": access, "token_type": "Bearer", "expires_in": self.lifetime_s, "scope": scope,
        });
        if is_renewable {
            self.refresh.insert(refresh.clone(), scope.to_owned());
            tokens["refresh_token"] = json!(refresh);
        }
        json_answer(&tokens)
    }

    fn mcp(&mut self, request: &Request) -> Answer {
        let metadata = format!("resource_metadata=\"{}/.well-known/oauth-protected-resource/mcp\"", self.base);
        self.bearers.extend(request.bearer.clone());
        let message: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let (method, name) = (message["method"].as_str().unwrap_or_default(), message["params"]["name"].as_str());
        let is_handshake = matches!(method, "server/discover" | "initialize" | "notifications/initialized");
        let given = request.bearer.as_ref().and_then(|token| self.access.get(token)).map(String::as_str);
        let Some(scope) = given.or_else(|| (self.lets_handshake_through && is_handshake).then_some("")) else {
            let challenge = format!("Bearer {metadata}, scope=\"mcp:read\"");
            return ("401 Unauthorized".to_owned(), vec![("www-authenticate", challenge)], String::new());
        };
        if name == Some("write") && !scope.split(' ').any(|scope| scope == "mcp:write") {
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"mcp:write\", {metadata}");
            return ("403 Forbidden".to_owned(), vec![("www-authenticate", challenge)], String::new());
        }
        let bearer = request.bearer.clone().unwrap_or_default();
        let result = match (method, name) {
            ("initialize", _) => json!({
                "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
                "serverInfo": { "name": "realm", "version": "1" },
            }),
            ("tools/list", _) => {
                let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
                json!({ "tools": [tool("read"), tool("write"), tool("blab")] })
            }
            // Repeats the token, as careless servers do in error messages.
            ("tools/call", Some("blab")) => {
                let text = format!("the token {bearer} is strange");
                json!({ "isError": true, "content": [{ "type": "text", "text": text }], "structuredContent": { "token": bearer } })
            }
            ("tools/call", _) => json!({ "content": [{ "type": "text", "text": "{\"done\":true}" }] }),
            (method, _) if method.starts_with("notifications/") => return plain("202 Accepted"),
            ("", _) => return plain("405 Method Not Allowed"),
            _ => {
                let error = json!({ "code": -32601, "message": "method not found" });
                return json_answer(&json!({ "jsonrpc": "2.0", "id": message["id"], "error": error }));
            }
        };
        json_answer(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }))
    }
}

/// A rejection that repeats what was sent, as careless servers do.
fn refused(code: &str, form: &HashMap<String, String>) -> Answer {
    let aloud = format!("{:?} {:?} {:?}", form.get("client_secret"), form.get("refresh_token"), form.get("code"));
    let body = json!({ "error": code, "error_description": aloud }).to_string();
    ("400 Bad Request".to_owned(), vec![("content-type", "application/json".to_owned())], body)
}

fn json_answer(body: &Value) -> Answer {
    ("200 OK".to_owned(), vec![("content-type", "application/json".to_owned())], body.to_string())
}

fn plain(status: &str) -> Answer {
    (status.to_owned(), Vec::new(), String::new())
}

fn serve(mut connection: &TcpStream, state: &Mutex<State>) {
    let Some(request) = read(connection) else { return };
    let (status, headers, body) = state.lock().unwrap_or_else(PoisonError::into_inner).answer(&request);
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
    // The client may be gone.
    let _ = connection.write_all(answer.as_bytes());
}

fn read(connection: &TcpStream) -> Option<Request> {
    connection.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (mut length, mut bearer) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => bearer = value.trim().strip_prefix("Bearer ").map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Request { method, path: path.to_owned(), query: form(query), bearer, body })
}

fn form(text: &str) -> HashMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.replace('+', " ");
    let mut parts = bytes.split('%');
    let mut decoded = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        decoded.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
        decoded.extend(rest.bytes());
    }
    String::from_utf8(decoded).expect("UTF-8")
}

/// Returns the S256 challenge of a verifier, in base64url.
fn challenge(verifier: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digest = Sha256::digest(verifier);
    let bits =
        |chunk: &[u8]| chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
    let chunks = digest.chunks(3).flat_map(|chunk| {
        let bits = bits(chunk);
        (0..=chunk.len()).map(move |at| char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]))
    });
    chunks.collect()
}
