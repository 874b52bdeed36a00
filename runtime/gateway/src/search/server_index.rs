//! The words of one server's tools, and where they stand; knows of no other server.

use std::collections::HashMap;

use super::{
    deed::Deed,
    fields::{FIELDS, Field, each_field_word},
    spelling::Spelling,
    split::stem,
};
use callbox_bindings::{Tool, internal::letters};

/// One server's tools.
#[derive(Debug, Clone)]
pub(super) struct ServerIndex {
    pub(super) server: String,
    tools: Vec<Entry>,
    /// Stem to its row of postings.
    stems: HashMap<String, usize>,
    /// Where each stem stands, in the order of the tools.
    postings: Vec<Vec<Posting>>,
    /// Every word as it is spelled, in alphabetical order.
    spellings: Vec<Spelling>,
    /// Words in each field, of all tools.
    pub(super) lengths: [u32; FIELDS],
}

/// What is kept of a tool.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The name's letters and digits alone.
    letters: String,
    pub(super) deed: Deed,
    /// How many words each field has.
    pub(super) lengths: [u32; FIELDS],
}

/// A tool that has a stem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    /// The tool's position.
    pub(super) tool: usize,
    /// How often each field has the stem; what is more counts as 255.
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

    /// `rows` has the row of each word's stem, by the word as it is spelled.
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

/// The row of a word's stem; a new one for a new stem.
fn row(stems: &mut HashMap<String, usize>, postings: &mut Vec<Vec<Posting>>, word: &str) -> usize {
    *stems.entry(stem(word)).or_insert_with(|| {
        postings.push(Vec::new());
        postings.len() - 1
    })
}

/// Counts a stem of a tool once more; tools come one after the other.
fn count(row: &mut Vec<Posting>, tool: usize, field: Field) {
    if row.last().is_none_or(|last| last.tool != tool) {
        row.push(Posting { tool, counts: [0; FIELDS] });
    }
    if let Some(count) = row.last_mut().and_then(|last| last.counts.get_mut(field as usize)) {
        *count = count.saturating_add(1);
    }
}
