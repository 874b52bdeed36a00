//! Finds, among thousands of tools, the ones that a few words describe; does not decide how a tool is called.
//!
//! Each server's tools are indexed separately, so that only a server whose list changed needs reindexing. Global
//! figures (how rare a word is, the mean length of descriptions) are computed per query: an updated index gives the
//! same answers as one built from scratch.

mod deed;
mod fields;
mod rank;
mod server_index;
mod spelling;
mod split;
mod synonyms;
mod wanted;

use std::cmp::Ordering;
use std::sync::Arc;

use callbox_bindings::{Server, Tool, internal::letters};
use rank::Ranking;
use server_index::ServerIndex;
use wanted::Wanted;

/// Further words of a query are ignored; repeated words do not count.
pub const QUERY_WORDS_MAX: usize = 32;

/// Further characters of a query are ignored.
pub const QUERY_CHARS_MAX: usize = 1_024;

/// An index of tools by their words. It holds names and words, but no descriptions or schemas.
///
/// ```
/// use callbox_bindings::{Server, Tool};
/// use callbox_gateway::search::{Index, Query};
///
/// let entry = serde_json::json!({ "name": "list_issues", "description": "Lists the issues of a repository" });
/// let tool = Tool::from_json(&entry).map_err(|defect| defect.reason)?;
/// let index = Index::new(&[Server::new("github", vec![tool])]);
/// let found = index.find(&Query { words: "show me open isues", server: None, limit: 5 });
/// assert_eq!((found.hits[0].server, found.hits[0].tool, found.more), ("github", "list_issues", 0));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Index {
    parts: Vec<ServerIndex>,
}

/// A search request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// Words in any order, or a tool's name; white space alone finds every tool.
    pub words: &'a str,
    /// Search only the tools of the server with this name.
    pub server: Option<&'a str>,
    /// Maximum number of hits; further ones are only counted.
    pub limit: usize,
}

/// A search result.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'a> {
    /// Best first, equally good ones by server, name and position; for an empty query, in the catalogue's order.
    pub hits: Vec<Hit<'a>>,
    /// How many further hits there are.
    pub more: usize,
}

/// A tool that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The tool's wire name.
    pub tool: &'a str,
    /// The tool's position in the server's list, since a list may contain a name twice.
    pub position: usize,
    /// The score, comparable only within one answer; 0 for an empty query.
    pub score: f64,
}

impl Index {
    /// Indexes the tools of these servers; if servers share a name, the last one counts.
    pub fn new<'a>(servers: impl IntoIterator<Item = &'a Server>) -> Index {
        let mut index = Index::default();
        for server in servers {
            index.put(ServerIndex::new(&server.name, server.tools.iter().map(Arc::as_ref)));
        }
        index
    }

    /// Replaces the server's tools; a new server comes last.
    pub fn replace_server<'a>(&mut self, server: &str, tools: impl IntoIterator<Item = &'a Tool>) {
        self.put(ServerIndex::new(server, tools));
    }

    /// Removes a server and its tools; returns whether it existed.
    pub fn remove_server(&mut self, server: &str) -> bool {
        let before = self.parts.len();
        self.parts.retain(|part| part.server != server);
        self.parts.len() < before
    }

    /// Finds the tools that the words describe.
    ///
    /// Words are compared by their stems, ignoring case and accents; a name in snake, camel or kebab case is several
    /// words. Not every word need match. A word that no tool has matches words with a similar spelling. Hits with less
    /// than a tenth of the best score are dropped.
    #[must_use]
    pub fn find(&self, query: &Query<'_>) -> Found<'_> {
        let named = |part: &&ServerIndex| query.server.is_none_or(|server| part.server == server);
        let parts: Vec<&ServerIndex> = self.parts.iter().filter(named).collect();
        if query.words.trim().is_empty() {
            return listed(&parts, query.limit);
        }
        best(hits(&parts, query.words), query.limit)
    }

    fn put(&mut self, part: ServerIndex) {
        match self.parts.iter_mut().find(|known| known.server == part.server) {
            Some(known) => *known = part,
            None => self.parts.push(part),
        }
    }
}

/// Hits below this fraction of the best score are noise.
const SCORE_PART_MIN: f64 = 0.1;

/// Bonus for a tool whose name is the query: more than words can score.
const NAME_SCORE: f64 = 1_000.0;

fn hits<'a>(parts: &[&'a ServerIndex], words: &str) -> Vec<Hit<'a>> {
    let words: String = words.chars().take(QUERY_CHARS_MAX).collect();
    let ranking = Ranking::new(Wanted::new(&words, parts), parts);
    let name = letters(&words);
    parts.iter().flat_map(|part| hits_among(part, &ranking, &name)).collect()
}

fn hits_among<'a>(part: &'a ServerIndex, ranking: &Ranking, name: &str) -> Vec<Hit<'a>> {
    let server = letters(&part.server);
    let scored = part.tools().iter().zip(ranking.scores(part)).enumerate();
    let named = scored.map(|(position, (tool, score))| {
        let bonus = if tool.is_named(name, &server) { NAME_SCORE } else { 0.0 };
        Hit { server: &part.server, tool: &tool.name, position, score: score + bonus }
    });
    named.filter(|hit| hit.score > 0.0).collect()
}

fn best(mut hits: Vec<Hit<'_>>, limit: usize) -> Found<'_> {
    let most = hits.iter().map(|hit| hit.score).fold(0.0, f64::max);
    hits.retain(|hit| hit.score >= SCORE_PART_MIN * most.min(NAME_SCORE));
    let more = hits.len().saturating_sub(limit);
    if more > 0 {
        hits.select_nth_unstable_by(limit, better);
        hits.truncate(limit);
    }
    hits.sort_unstable_by(better);
    Found { hits, more }
}

fn better(a: &Hit<'_>, b: &Hit<'_>) -> Ordering {
    let place = |hit: &Hit<'_>| hit.position;
    b.score.total_cmp(&a.score).then_with(|| (a.server, a.tool, place(a)).cmp(&(b.server, b.tool, place(b))))
}

fn listed<'a>(parts: &[&'a ServerIndex], limit: usize) -> Found<'a> {
    let all = parts.iter().flat_map(|part| {
        let tools = part.tools().iter().enumerate();
        tools.map(|(position, tool)| Hit { server: &part.server, tool: &tool.name, position, score: 0.0 })
    });
    let count: usize = parts.iter().map(|part| part.tools().len()).sum();
    Found { hits: all.take(limit).collect(), more: count.saturating_sub(limit) }
}
