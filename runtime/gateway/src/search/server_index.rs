//! The index of one server's tools: their words and where they occur. Independent of other servers.

use std::collections::HashMap;

use super::{
    deed::Deed,
    fields::{FIELDS, Field, each_field_word},
    spelling::Spelling,
    split::stem,
};
use callbox_bindings::{Tool, internal::letters};

/// The index of one server's tools.
#[derive(Debug, Clone)]
pub(super) struct ServerIndex {
    pub(super) server: String,
    tools: Vec<Entry>,
    /// Maps each stem to its row of postings.
    stems: HashMap<String, usize>,
    /// Occurrences of each stem, in the order of the tools.
    postings: Vec<Vec<Posting>>,
    /// All words as spelled, in alphabetical order.
    spellings: Vec<Spelling>,
    /// Total number of words in each field, over all tools.
    pub(super) lengths: [u32; FIELDS],
}

/// The index entry of a tool.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The name's letters and digits only.
    letters: String,
    pub(super) deed: Deed,
    /// Number of words in each field.
    pub(super) lengths: [u32; FIELDS],
}

/// A tool in which a stem occurs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    /// The tool's position.
    pub(super) tool: usize,
    /// How often the stem occurs in each field, capped at 255.
    pub(super) counts: [u8; FIELDS],
}

impl ServerIndex {
    pub(super) fn new<'a>(server: &str, tools: impl IntoIterator<Item = &'a Tool>) -> ServerIndex {
        let mut part = ServerIndex {
            server: server.to_owned(),
            tools: Vec::new(),
            stems: HashMap::new(),
            postings: Vec::new(),
            spellings: Vec::new(),
            lengths: [0; FIELDS],
        };
        let mut rows = HashMap::new();
        for tool in tools {
            part.add(tool, &mut rows);
        }
        part.spellings = rows.into_keys().map(Spelling::new).collect();
        part.spellings.sort_unstable_by(|a, b| a.word.cmp(&b.word));
        part
    }

    pub(super) fn tools(&self) -> &[Entry] {
        &self.tools
    }

    pub(super) fn postings(&self, stem: &str) -> &[Posting] {
        let row = self.stems.get(stem).and_then(|row| self.postings.get(*row));
        row.map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn spellings(&self) -> &[Spelling] {
        &self.spellings
    }

    /// Adds a tool. `rows` maps words as spelled to the rows of their stems.
    fn add(&mut self, tool: &Tool, rows: &mut HashMap<String, usize>) {
        let mut lengths = [0; FIELDS];
        each_field_word(&self.server, tool, |field, word| {
            if let Some(length) = lengths.get_mut(field as usize) {
                *length += 1;
            }
            let row = rows.get(word).copied().unwrap_or_else(|| {
                let row = row(&mut self.stems, &mut self.postings, word);
                rows.insert(word.to_owned(), row);
                row
            });
            if let Some(row) = self.postings.get_mut(row) {
                count(row, self.tools.len(), field);
            }
        });
        for (sum, length) in self.lengths.iter_mut().zip(lengths) {
            *sum = sum.saturating_add(length);
        }
        let name = tool.name.clone();
        self.tools.push(Entry { letters: letters(&name), deed: Deed::of_name(&name), name, lengths });
    }
}

impl Entry {
    /// Whether these letters are the tool's name, alone or after the server's.
    pub(super) fn is_named(&self, letters: &str, server: &str) -> bool {
        let before = letters.strip_suffix(self.letters.as_str()).filter(|_| !self.letters.is_empty());
        before.is_some_and(|before| before.is_empty() || before == server)
    }
}

/// Returns the row of a word's stem, creating it for a new stem.
fn row(stems: &mut HashMap<String, usize>, postings: &mut Vec<Vec<Posting>>, word: &str) -> usize {
    *stems.entry(stem(word)).or_insert_with(|| {
        postings.push(Vec::new());
        postings.len() - 1
    })
}

/// Counts one more occurrence of a stem in a tool; tools are added one after the other.
fn count(row: &mut Vec<Posting>, tool: usize, field: Field) {
    if row.last().is_none_or(|last| last.tool != tool) {
        row.push(Posting { tool, counts: [0; FIELDS] });
    }
    if let Some(count) = row.last_mut().and_then(|last| last.counts.get_mut(field as usize)) {
        *count = count.saturating_add(1);
    }
}
