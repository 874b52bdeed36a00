//! Sets of scopes. Scopes named by a server are bounded, and none can break out of a parameter.

use serde::{Deserialize, Serialize};

/// Maximum scopes of a set.
const SCOPES_MAX: usize = 64;

/// Longer scopes are left out.
const BYTES_MAX: usize = 200;

/// Scopes in the order in which they were named, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scopes(Vec<String>);

impl Scopes {
    /// Parses a text with spaces between scopes.
    pub(super) fn parse(text: &str) -> Self {
        text.split_whitespace().collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the union.
    pub(super) fn and(&self, others: &Self) -> Self {
        self.iter().chain(others.iter()).collect()
    }

    pub(super) fn contains_all(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.0.contains(scope))
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        let mut kept: Vec<String> = Vec::new();
        for scope in scopes {
            if kept.len() < SCOPES_MAX && is_scope(scope) && !kept.iter().any(|other| other == scope) {
                kept.push(scope.to_owned());
            }
        }
        Self(kept)
    }
}

/// Checks for a scope as RFC 6749 defines it: printable ASCII without space, quote and backslash.
fn is_scope(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.len() <= BYTES_MAX && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn what_is_no_scope_is_left_out_and_each_counts_once() {
        let scopes = Scopes::parse("files:read a\\b files:read \u{1b}[31m \"x\" mcp");
        assert_eq!(scopes.iter().collect::<Vec<_>>(), ["files:read", "mcp"]);
        let many: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        assert_eq!(many.iter().map(String::as_str).collect::<Scopes>().iter().count(), 64);
        assert!(scopes.contains_all(&Scopes::parse("mcp")));
        assert!(!scopes.contains_all(&Scopes::parse("mcp files:write")));
    }
}
