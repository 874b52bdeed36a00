//! Removes a server's own secrets from its failure messages. Results are not touched: what a granted tool returns is
//! its own business.

mod forms;
mod secrets;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

use crate::config::ServerConfig;

/// Values shorter than this are removed only where they stand alone.
const BYTES_MIN: usize = 8;

/// Values shorter than this are ports, flags and words, whose removal would spoil messages and hide nothing.
const ALONE_BYTES_MIN: usize = 4;

/// Maximum learned tokens; each renewal brings two, and old ones are worthless.
const LEARNED_MAX: usize = 16;

/// Secrets longer than this are keys in files, which are searched for one by one.
const LONG_BYTES_MIN: usize = 8 * 1024;

/// If all secrets together are larger than this, as only a program would list them, each is searched for only as it is
/// and in JSON.
const SEARCHED_BYTES_MAX: usize = 256 * 1024;

/// Replaces a secret.
const HIDDEN: &str = "<hidden>";

/// The values to be removed. Clones learn together.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// The values from the configuration, in all their forms.
    known: Arc<Needles>,
    /// The values that came later, newest first.
    learned: Arc<RwLock<Learned>>,
}

#[derive(Default)]
struct Learned {
    secrets: VecDeque<String>,
    needles: Needles,
}

/// Texts that are searched for all at once, the longest first.
#[derive(Default)]
struct Needles {
    anywhere: Option<AhoCorasick>,
    alone: Option<AhoCorasick>,
    /// Too long for a search that takes a multiple of their length.
    long: Vec<String>,
    bytes_max: usize,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Returns a redactor that knows the secrets of that server's entry.
    pub(crate) fn of(server: &ServerConfig) -> Self {
        let secrets = server.launch.as_ref().map(secrets::of).unwrap_or_default();
        Self { known: Arc::new(Needles::of(secrets.iter().map(String::as_str))), learned: Arc::default() }
    }

    /// Also removes `secret` from now on.
    pub(crate) fn learn(&self, secret: &str) {
        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        if secret.len() >= BYTES_MIN && !learned.secrets.iter().any(|other| other == secret) {
            learned.secrets.push_front(secret.to_owned());
            learned.secrets.truncate(LEARNED_MAX);
            learned.needles = Needles::of(learned.secrets.iter().map(String::as_str));
        }
    }

    /// Returns `text` without the secrets.
    pub(crate) fn text(&self, text: String) -> String {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        self.known.hide(learned.needles.hide(text))
    }

    /// Removes the secrets from every string in `value`, including field names.
    pub(crate) fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (self.text(key), self.value(value))).collect()
            }
            other => other,
        }
    }

    /// Returns how many bytes at the start of a truncated text may be the rest of a secret.
    pub(super) fn bytes_max(&self) -> usize {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        self.known.bytes_max.max(learned.needles.bytes_max)
    }
}

impl Needles {
    fn of<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let mut secrets: Vec<&str> = secrets.map(str::trim).filter(|secret| can_be_hidden(secret)).collect();
        secrets.sort_unstable();
        secrets.dedup();
        let bytes: usize = secrets.iter().map(|secret| secret.len()).sum();
        let all = if bytes <= SEARCHED_BYTES_MAX { forms::of } else { forms::plain };
        let forms: Vec<String> = secrets.into_iter().flat_map(all).collect();
        let bytes_max = forms.iter().map(String::len).max().unwrap_or_default();
        let (mut long, usual): (Vec<_>, Vec<_>) = forms.into_iter().partition(|form| form.len() > LONG_BYTES_MIN);
        let (anywhere, alone): (Vec<_>, Vec<_>) = usual.into_iter().partition(|form| form.len() >= BYTES_MIN);
        long.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { anywhere: search(&anywhere), alone: search(&alone), long, bytes_max }
    }

    fn hide(&self, text: String) -> String {
        let hidden = |text: String, secret: &String| match text.contains(secret) {
            true => text.replace(secret, HIDDEN),
            false => text,
        };
        let text = self.long.iter().fold(text, hidden);
        let text = replaced(self.anywhere.as_ref(), text, |_, _, _| true);
        replaced(self.alone.as_ref(), text, stands_alone)
    }
}

/// A short secret that is just a word or a number occurs in too many texts.
fn can_be_hidden(secret: &str) -> bool {
    let has = |is: fn(char) -> bool| secret.contains(is);
    let is_mixed = has(char::is_alphabetic) && has(|c| !c.is_alphabetic());
    secret.len() >= BYTES_MIN || secret.len() >= ALONE_BYTES_MIN && is_mixed
}

fn search(needles: &[String]) -> Option<AhoCorasick> {
    // A search fails to build for too many or too long needles, which a configuration of some megabytes cannot contain.
    let builder = || AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(needles).ok();
    (!needles.is_empty()).then(builder).flatten()
}

fn replaced(search: Option<&AhoCorasick>, text: String, is_meant: fn(&str, usize, usize) -> bool) -> String {
    let Some(search) = search.filter(|search| search.is_match(&text)) else { return text };
    let mut open = String::with_capacity(text.len());
    search.replace_all_with(&text, &mut open, |found, written, out| {
        let is_secret = is_meant(&text, found.start(), found.end());
        out.push_str(if is_secret { HIDDEN } else { written });
        true
    });
    open
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !before.into_iter().chain(after).any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests;
