//! Fetches a server's list of tools, page by page and entry by entry: a bad entry is left out with a note, an endless
//! list is cut.

mod entry;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use callbox_bindings::{Tool, ToolDefect};
use rmcp::RoleClient;
use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult};
use rmcp::service::{Peer, PeerRequestOptions, ServiceError};
use serde_json::Value;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use self::entry::{DESCRIPTION_BYTES_MAX, Entry};
use super::http_failure::HttpFailure;
use super::json_size::Size;
use callbox::internal::foreign;

/// Real servers answer in one page.
const PAGES_MAX: usize = 64;

/// Ten times the largest catalogue seen in practice.
const TOOLS_MAX: usize = 20_000;

/// Maximum values of all pages together, and of one page before it is parsed: enough for 20,000 large tools.
pub(super) const LIST_VALUES_MAX: u64 = 1 << 20;

/// Maximum bytes of all pages together, as JSON.
const LIST_BYTES_MAX: usize = 32 << 20;

/// Maximum bytes of a cursor, which is sent back with each request.
const CURSOR_BYTES_MAX: usize = 16 << 10;

/// Bad entries are named up to this number and only counted beyond it: a list may hold millions of them.
const LEFT_OUT_NAMED_MAX: usize = 20;

/// Longest time for all pages together. Waiting for the tools of all servers includes it.
const PAGES: Duration = Duration::from_secs(60);

/// Names and reasons longer than this are shortened in notes.
const QUOTE_CHARS_MAX: usize = 200;

/// The tools, in the server's order, with what was left out.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Listing {
    pub(super) tools: Vec<Arc<Tool>>,
    pub(super) notes: Vec<String>,
    /// The first entries that are not valid tools.
    pub(super) defects: Vec<ToolDefect>,
    /// Number of entries left out, named or not.
    left_out: usize,
    names: HashSet<String>,
    /// Total size of the entries examined.
    size: Size,
    /// Number of descriptions cut.
    descriptions_cut: usize,
    /// Lifetime of the list in milliseconds, as stated by the server: the shortest of its pages.
    pub(super) ttl_ms: Option<u64>,
}

/// One page of the list.
struct Page {
    entries: Vec<Value>,
    next: Option<String>,
    ttl_ms: Option<u64>,
}

/// Fetches the whole list.
pub(super) async fn fetch(peer: &Peer<RoleClient>, page_wait: Duration) -> Result<Listing, ServiceError> {
    let mut listing = Listing::default();
    let mut cursor = None;
    let mut seen = HashSet::new();
    let deadline = Instant::now() + PAGES;
    for number in 0..PAGES_MAX {
        let asked = ask(peer, cursor.take(), page_wait).await;
        let (longer, next) = listing.with_page(asked).await?;
        listing = longer;
        let next = match next {
            Ok(next) => next,
            Err(error) if number == 0 => return Err(error),
            Err(error) => return Ok(listing.cut(&format!("page {} failed: {error}", number + 1))),
        };
        if let Some(why) = listing.excess() {
            return Ok(listing.cut(&why));
        }
        let Some(next) = next else { return Ok(listing.whole()) };
        if listing.tools.len() >= TOOLS_MAX {
            return Ok(listing.cut(&format!("it has more than {TOOLS_MAX} tools")));
        }
        if next.len() > CURSOR_BYTES_MAX {
            return Ok(listing.cut(&format!("a cursor has more than {CURSOR_BYTES_MAX} bytes")));
        }
        if !seen.insert(next.clone()) {
            return Ok(listing.cut("its pages go round in circles"));
        }
        if Instant::now() >= deadline {
            return Ok(listing.cut(&format!("its pages take more than {} s", PAGES.as_secs())));
        }
        cursor = Some(next);
    }
    Ok(listing.cut(&format!("it has more than {PAGES_MAX} pages")))
}

/// Requests a page, and retries once if the connection broke: a server may close an idle one as the request is sent.
async fn ask(peer: &Peer<RoleClient>, cursor: Option<String>, wait: Duration) -> Result<ServerResult, ServiceError> {
    let began = Instant::now();
    match ask_once(peer, cursor.clone(), wait).await {
        Err(ServiceError::TransportSend(error))
            if HttpFailure::of(error.error.as_ref()) == Some(HttpFailure::Connection) =>
        {
            ask_once(peer, cursor, wait.saturating_sub(began.elapsed())).await
        }
        asked => asked,
    }
}

async fn ask_once(
    peer: &Peer<RoleClient>,
    cursor: Option<String>,
    wait: Duration,
) -> Result<ServerResult, ServiceError> {
    let params = PaginatedRequestParams::default().with_cursor(cursor);
    let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
    let options = PeerRequestOptions::with_timeout(wait);
    peer.send_cancellable_request(request, options).await?.await_response().await
}

fn read(reply: Value) -> Option<Page> {
    let Value::Object(mut fields) = reply else { return None };
    let Some(Value::Array(entries)) = fields.remove("tools") else { return None };
    let next = fields.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
    let ttl_ms = fields.get("ttlMs").and_then(ttl_ms);
    // Some servers send an empty cursor to say that there is none.
    Some(Page { entries, next: next.filter(|next| !next.is_empty()), ttl_ms })
}

/// Negative values count as 0, as the specification asks.
fn ttl_ms(said: &Value) -> Option<u64> {
    said.as_u64().or_else(|| said.as_i64().map(|_| 0))
}

/// Returns a reply as plain JSON, however much of its form `rmcp` understood.
pub(super) fn plain(reply: ServerResult) -> Value {
    match reply {
        ServerResult::CustomResult(custom) => custom.0,
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}

impl Listing {
    /// Passes each note through `worded`.
    pub(super) fn with_notes(self, worded: impl Fn(String) -> String) -> Self {
        Self { notes: self.notes.into_iter().map(worded).collect(), ..self }
    }

    /// Returns an empty list with the reason.
    pub(super) fn none(why: &str) -> Self {
        Self { notes: vec![why.to_owned()], ..Self::default() }
    }

    /// Adds that page, on a worker thread because it may be large, and returns the cursor of the next one.
    async fn with_page(
        mut self,
        asked: Result<ServerResult, ServiceError>,
    ) -> Result<(Self, Result<Option<String>, ServiceError>), ServiceError> {
        let reply = match asked {
            Ok(reply) => reply,
            Err(error) => return Ok((self, Err(error))),
        };
        let added = spawn_blocking(move || {
            let next = self.add_page(plain(reply));
            (self, next.ok_or(ServiceError::UnexpectedResponse))
        });
        added.await.map_err(|_| ServiceError::UnexpectedResponse)
    }

    /// Adds a page and returns the cursor of the next one; outer `None` if the reply is not a page.
    fn add_page(&mut self, reply: Value) -> Option<Option<String>> {
        let page = read(reply)?;
        self.add(page.entries);
        self.ttl_ms = self.ttl_ms.into_iter().chain(page.ttl_ms).min();
        Some(page.next)
    }

    fn add(&mut self, entries: Vec<Value>) {
        for entry in entries {
            self.size = self.size.and(Size::of(&entry));
            if self.excess().is_some() {
                return;
            }
            match entry::read(&entry) {
                Ok(_) if self.tools.len() >= TOOLS_MAX => {}
                Ok(Entry { tool, is_cut }) if self.names.insert(tool.name.clone()) => {
                    self.descriptions_cut += usize::from(is_cut);
                    self.tools.push(Arc::new(tool));
                }
                Ok(Entry { tool, .. }) => self.leave_out(Some(&tool.name), "the name is in the list twice"),
                Err(ToolDefect { name, reason }) => self.leave_out(name.as_deref(), &reason),
            }
        }
    }

    /// Returns why no more of the list is read, if it is too large.
    fn excess(&self) -> Option<String> {
        if self.size.bytes > LIST_BYTES_MAX {
            return Some(format!("it has more than {LIST_BYTES_MAX} bytes"));
        }
        (self.size.values > LIST_VALUES_MAX).then(|| format!("it has more than {LIST_VALUES_MAX} values"))
    }

    fn leave_out(&mut self, name: Option<&str>, reason: &str) {
        self.left_out += 1;
        if self.defects.len() >= LEFT_OUT_NAMED_MAX {
            return;
        }
        let reason = foreign::line(reason, QUOTE_CHARS_MAX);
        let name = name.map(|name| foreign::line(name, QUOTE_CHARS_MAX));
        self.notes.push(match &name {
            Some(name) => format!("the tool `{name}` is left out: {reason}"),
            None => format!("a tool is left out: {reason}"),
        });
        self.defects.push(ToolDefect { name, reason });
    }

    fn cut(self, why: &str) -> Self {
        let mut listing = self.whole();
        let why = foreign::line(why, QUOTE_CHARS_MAX);
        listing.notes.push(format!("the list of tools is cut: {why}"));
        listing
    }

    /// Notes how many descriptions were cut, and how many entries were left out without being named.
    fn whole(mut self) -> Self {
        if self.descriptions_cut > 0 {
            let cut = self.descriptions_cut;
            self.notes.push(format!("descriptions cut at {DESCRIPTION_BYTES_MAX} bytes: {cut}"));
        }
        let unnamed = self.left_out.saturating_sub(self.defects.len());
        if unnamed > 0 {
            self.notes.push(format!("{unnamed} more entries are left out"));
        }
        self.names = HashSet::new();
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{LEFT_OUT_NAMED_MAX, LIST_BYTES_MAX, LIST_VALUES_MAX, Listing, read};

    #[test]
    fn one_bad_entry_does_not_spoil_the_list() {
        let page = read(json!({"tools": [
            {"name": "good", "inputSchema": {"type": "object"}},
            {"inputSchema": {"type": "object"}},
            {"name": "good", "inputSchema": {"type": "object"}},
        ], "nextCursor": ""}))
        .expect("a page");
        assert_eq!(page.next, None);
        let mut listing = Listing::default();
        listing.add(page.entries);
        assert_eq!(listing.tools.len(), 1);
        assert_eq!(listing.notes.len(), 2, "{:?}", listing.notes);
    }

    #[test]
    fn bad_entries_are_named_up_to_a_number_and_counted() {
        let mut listing = Listing::default();
        for _ in 0..3 {
            listing.add(vec![json!(0); 100]);
        }
        let listing = listing.whole();
        assert_eq!(listing.defects.len(), LEFT_OUT_NAMED_MAX);
        assert_eq!(listing.notes.len(), LEFT_OUT_NAMED_MAX + 1);
        assert_eq!(listing.notes.last().map(String::as_str), Some("280 more entries are left out"));
    }

    #[test]
    fn a_name_is_taken_once_among_all_pages() {
        let tool = || vec![json!({"name": "good", "inputSchema": {"type": "object"}})];
        let mut listing = Listing::default();
        listing.add(tool());
        listing.add(tool());
        assert_eq!((listing.tools.len(), listing.defects.len()), (1, 1));
    }

    #[test]
    fn a_list_is_cut_that_has_too_many_values() {
        let tool = |name: usize| json!({ "name": name.to_string(), "inputSchema": { "default": vec![0; 10_000] } });
        let mut listing = Listing::default();
        listing.add((0..200).map(tool).collect());
        assert!(listing.excess().is_some_and(|why| why.contains("values")));
        let values = u64::try_from(listing.tools.len()).expect("a number") * 10_000;
        assert!((LIST_VALUES_MAX / 2..=LIST_VALUES_MAX).contains(&values), "{values}");
    }

    #[test]
    fn a_list_is_cut_that_has_too_much_text() {
        let tool = |name: usize| json!({ "name": name.to_string(), "_meta": "x".repeat(1 << 20) });
        let mut listing = Listing::default();
        for page in 0..2 {
            listing.add((0..32).map(|number| tool(page * 32 + number)).collect());
        }
        assert!(listing.excess().is_some_and(|why| why.contains(&LIST_BYTES_MAX.to_string())));
        assert_eq!(listing.tools.len(), 31);
    }

    #[test]
    fn descriptions_that_are_cut_are_counted() {
        let tool = |name: &str| json!({ "name": name, "description": "x".repeat(20_000) });
        let mut listing = Listing::default();
        listing.add(vec![tool("a"), tool("b"), json!({ "name": "c", "description": "short" })]);
        assert_eq!(listing.whole().notes, ["descriptions cut at 16384 bytes: 2"]);
    }

    #[test]
    fn how_long_a_page_is_good_is_read() {
        let said = |ttl: Value| read(json!({ "tools": [], "ttlMs": ttl })).expect("a page").ttl_ms;
        assert_eq!(said(json!(3_000)), Some(3_000));
        assert_eq!(said(json!(-1)), Some(0));
        assert_eq!(said(json!("soon")), None);
        assert_eq!(read(json!({ "tools": [] })).expect("a page").ttl_ms, None);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(read(json!({"tools": {}})).is_none());
        assert!(read(json!([])).is_none());
    }
}
