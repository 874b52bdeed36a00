//! The words of one server's tools, and where they stand; knows of no other server.

use std::collections::{BTreeMap, HashMap};

use super::{
    fields::{FIELDS, Field, each_word},
    spelling::Spelling,
    split::Splitter,
};
use crate::{Tool, words::letters};

/// How often each field has a word, or how many words it has; what is more counts as the most.
pub(super) type Counts = [u16; FIELDS];

/// One server's tools.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    pub(super) server: String,
    tools: Vec<Entry>,
    /// Stem to where it stands, in the order of the tools.
    postings: HashMap<String, Vec<Posting>>,
    /// Every word as it is spelled, in alphabetical order.
    spellings: Vec<Spelling>,
    /// Words in each field, of all tools.
    pub(super) lengths: [u64; FIELDS],
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    /// The name's letters and digits alone.
    letters: String,
    lengths: Counts,
}

/// A tool that has a stem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    /// The tool's position.
    pub(super) tool: usize,
    pub(super) counts: Counts,
}

impl Shelf {
    pub(super) fn new<'a>(server: &str, tools: impl IntoIterator<Item = &'a Tool>, splitter: &mut Splitter) -> Shelf {
        let mut shelf = Shelf {
            server: server.to_owned(),
            tools: Vec::new(),
            postings: HashMap::new(),
            spellings: Vec::new(),
            lengths: [0; FIELDS],
        };
        let mut spellings = BTreeMap::new();
        for tool in tools {
            shelf.add(tool, splitter, &mut spellings);
        }
        shelf.spellings = spellings.into_iter().map(|(word, stem)| Spelling::new(word, stem)).collect();
        shelf
    }

    pub(super) fn len(&self) -> usize {
        self.tools.len()
    }

    /// The wire name of the tool at this position.
    pub(super) fn tool(&self, position: usize) -> Option<&str> {
        self.tools.get(position).map(|entry| entry.name.as_str())
    }

    /// How many words each field of the tool at this position has.
    pub(super) fn lengths_of(&self, position: usize) -> Counts {
        self.tools.get(position).map(|entry| entry.lengths).unwrap_or_default()
    }

    /// Whether these letters are the tool's name, alone or after the server's.
    pub(super) fn is_named(&self, position: usize, name: &str) -> bool {
        let Some(entry) = self.tools.get(position).filter(|entry| !entry.letters.is_empty()) else { return false };
        let server = name.strip_suffix(entry.letters.as_str());
        server.is_some_and(|server| server.is_empty() || server == letters(&self.server))
    }

    pub(super) fn postings(&self, stem: &str) -> &[Posting] {
        self.postings.get(stem).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn has(&self, stem: &str) -> bool {
        self.postings.contains_key(stem)
    }

    pub(super) fn spellings(&self) -> &[Spelling] {
        &self.spellings
    }

    fn add(&mut self, tool: &Tool, splitter: &mut Splitter, spellings: &mut BTreeMap<String, String>) {
        let position = self.tools.len();
        let mut lengths = Counts::default();
        let mut words: BTreeMap<String, Counts> = BTreeMap::new();
        each_word(&self.server, tool, splitter, |field, word, stem| {
            raise(&mut lengths, field);
            if !spellings.contains_key(word) {
                spellings.insert(word.to_owned(), stem.to_owned());
            }
            match words.get_mut(stem) {
                Some(counts) => raise(counts, field),
                None => raise(words.entry(stem.to_owned()).or_default(), field),
            }
        });
        for (stem, counts) in words {
            self.postings.entry(stem).or_default().push(Posting { tool: position, counts });
        }
        for (sum, length) in self.lengths.iter_mut().zip(lengths) {
            *sum += u64::from(length);
        }
        self.tools.push(Entry { letters: letters(&tool.name), name: tool.name.clone(), lengths });
    }
}

fn raise(counts: &mut Counts, field: Field) {
    if let Some(count) = counts.get_mut(field as usize) {
        *count = count.saturating_add(1);
    }
}
