//! Fetches a server's list of tools, page by page and entry by entry: one bad entry is left out
//! with a note, a list without an end is cut.

use std::collections::HashSet;
use std::time::Duration;

use callbox_bindings::{Tool, ToolDefect};
use rmcp::RoleClient;
use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult};
use rmcp::service::{Peer, PeerRequestOptions, ServiceError};
use serde_json::Value;
use tokio::time::Instant;

use crate::quote;

/// Real servers answer in one page.
const PAGES_MAX: usize = 64;

/// Ten times the largest catalogue seen in practice.
const TOOLS_MAX: usize = 20_000;

/// Entries that are not tools are named up to this number and counted beyond it: a list may hold millions of them.
const LEFT_OUT_NAMED_MAX: usize = 20;

/// Longest time for all pages together. Whoever waits for the tools of every server waits for these.
const PAGES: Duration = Duration::from_secs(60);

/// Longer names and reasons are shortened in notes.
const QUOTE_CHARS_MAX: usize = 200;

/// The tools, in the server's order, and what was left out.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Listing {
    pub(super) tools: Vec<Tool>,
    pub(super) notes: Vec<String>,
    /// The first entries that are not tools.
    pub(super) defects: Vec<ToolDefect>,
    /// How many entries were left out, named or not.
    left_out: usize,
    names: HashSet<String>,
    /// How long it is good, milliseconds, as far as the server says: the shortest of its pages.
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
        let page = match page(peer, cursor.take(), page_wait).await {
            Ok(page) => page,
            Err(error) if number == 0 => return Err(error),
            Err(error) => return Ok(listing.cut(&format!("page {} failed: {error}", number + 1))),
        };
        listing.add(page.entries);
        listing.ttl_ms = listing.ttl_ms.into_iter().chain(page.ttl_ms).min();
        let Some(next) = page.next else { return Ok(listing.whole()) };
        if listing.tools.len() >= TOOLS_MAX {
            return Ok(listing.cut(&format!("it has more than {TOOLS_MAX} tools")));
        }
        if !seen.insert(next.clone()) {
            return Ok(listing.cut("its pages go round in a circle"));
        }
        if Instant::now() >= deadline {
            return Ok(listing.cut(&format!("its pages take more than {} s", PAGES.as_secs())));
        }
        cursor = Some(next);
    }
    Ok(listing.cut(&format!("it has more than {PAGES_MAX} pages")))
}

async fn page(peer: &Peer<RoleClient>, cursor: Option<String>, wait: Duration) -> Result<Page, ServiceError> {
    let params = PaginatedRequestParams::default().with_cursor(cursor);
    let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
    let options = PeerRequestOptions::with_timeout(wait);
    let reply = peer.send_cancellable_request(request, options).await?.await_response().await?;
    read(plain(reply)).ok_or(ServiceError::UnexpectedResponse)
}

fn read(reply: Value) -> Option<Page> {
    let Value::Object(mut fields) = reply else { return None };
    let Some(Value::Array(entries)) = fields.remove("tools") else { return None };
    let next = fields.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
    let ttl_ms = fields.get("ttlMs").and_then(ttl_ms);
    // A cursor of no characters is how some servers say that there is none.
    Some(Page { entries, next: next.filter(|next| !next.is_empty()), ttl_ms })
}

/// Less than nothing counts as nothing, as the specification asks.
fn ttl_ms(said: &Value) -> Option<u64> {
    said.as_u64().or_else(|| said.as_i64().map(|_| 0))
}

/// A reply as plain JSON, however much of its form `rmcp` understood.
pub(super) fn plain(reply: ServerResult) -> Value {
    match reply {
        ServerResult::CustomResult(custom) => custom.0,
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}

impl Listing {
    /// The same with each note passed through `worded`.
    pub(super) fn with_notes(self, worded: impl Fn(String) -> String) -> Self {
        Self { notes: self.notes.into_iter().map(worded).collect(), ..self }
    }

    /// No list, and why.
    pub(super) fn none(why: &str) -> Self {
        Self { notes: vec![why.to_owned()], ..Self::default() }
    }

    fn add(&mut self, entries: Vec<Value>) {
        for entry in entries {
            match Tool::from_json(&entry) {
                Ok(tool) if self.tools.len() >= TOOLS_MAX => drop(tool),
                Ok(tool) if self.names.insert(tool.name.clone()) => self.tools.push(tool),
                Ok(tool) => self.leave_out(Some(&tool.name), "the list has the name twice"),
                Err(ToolDefect { name, reason }) => self.leave_out(name.as_deref(), &reason),
            }
        }
    }

    fn leave_out(&mut self, name: Option<&str>, reason: &str) {
        self.left_out += 1;
        if self.defects.len() >= LEFT_OUT_NAMED_MAX {
            return;
        }
        let reason = quote::line(reason, QUOTE_CHARS_MAX);
        let name = name.map(|name| quote::line(name, QUOTE_CHARS_MAX));
        self.notes.push(match &name {
            Some(name) => format!("the tool `{name}` is left out: {reason}"),
            None => format!("a tool is left out: {reason}"),
        });
        self.defects.push(ToolDefect { name, reason });
    }

    fn cut(self, why: &str) -> Self {
        let mut listing = self.whole();
        let why = quote::line(why, QUOTE_CHARS_MAX);
        listing.notes.push(format!("the list of tools is cut: {why}"));
        listing
    }

    /// Says how many entries more were left out than are named.
    fn whole(mut self) -> Self {
        let unnamed = self.left_out.saturating_sub(self.defects.len());
        if unnamed > 0 {
            self.notes.push(format!("{unnamed} entries more are left out"));
        }
        self.names = HashSet::new();
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{LEFT_OUT_NAMED_MAX, Listing, read};

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
        assert_eq!(listing.notes.last().map(String::as_str), Some("280 entries more are left out"));
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
