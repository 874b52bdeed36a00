//! The access tokens of a gateway, and the tools each may see. They are compared in constant time and never shown.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::pattern::MalformedPattern;
use crate::{Scope, ToolPattern};

/// Shorter tokens can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// Tokens, each with its principal.
pub struct Tokens {
    entries: Vec<([u8; 32], Arc<Scope>)>,
}

/// The error in a list of tokens; never contains a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// A line that is neither a comment nor an entry.
    #[error("line {line}: expected `name token [server.tool …]`")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A token that can be guessed.
    #[error("line {line}: the token has fewer than {chars_min} characters")]
    Short {
        /// Counted from 1.
        line: usize,
        /// The minimum.
        chars_min: usize,
    },
    /// Two entries with the same name or the same token.
    #[error("line {line}: the name or the token is in the list twice")]
    Twice {
        /// Counted from 1.
        line: usize,
    },
    /// A malformed tool pattern.
    #[error("line {line}: {error}")]
    Pattern {
        /// Counted from 1.
        line: usize,
        /// The error in the pattern.
        error: MalformedPattern,
    },
    /// The list has no entries.
    #[error("it contains no tokens")]
    Empty,
}

impl Tokens {
    /// Reads a list, one token per line: `name token [pattern …]`, where the patterns say which tools its bearer may
    /// use (all, if there are none). Empty lines and lines that begin with `#` are ignored. `hide` hides tools from
    /// all of them.
    ///
    /// # Errors
    ///
    /// For the first malformed line.
    pub fn parse(text: &str, hide: &[ToolPattern]) -> Result<Self, TokenError> {
        let mut entries: Vec<([u8; 32], Arc<Scope>)> = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let mut words = text.split_whitespace();
            let Some(name) = words.next().filter(|name| !name.starts_with('#')) else { continue };
            let token = words.next().ok_or(TokenError::Line { line })?;
            if token.chars().count() < TOKEN_CHARS_MIN {
                return Err(TokenError::Short { line, chars_min: TOKEN_CHARS_MIN });
            }
            let allow = words.map(str::parse).collect::<Result<Vec<ToolPattern>, _>>();
            let allow = allow.map_err(|error| TokenError::Pattern { line, error })?;
            let digest = digest(token);
            if entries.iter().any(|(known, scope)| *known == digest || scope.name() == name) {
                return Err(TokenError::Twice { line });
            }
            entries.push((digest, Arc::new(Scope::new(name, allow, hide.to_vec()))));
        }
        if entries.is_empty() { Err(TokenError::Empty) } else { Ok(Self { entries }) }
    }

    /// Returns the scope of a token. Takes the same time for every token.
    pub(super) fn principal(&self, token: &str) -> Option<Arc<Scope>> {
        let given = digest(token);
        let mut found = None;
        for (digest, scope) in &self.entries {
            if bool::from(digest.ct_eq(&given)) {
                found = Some(Arc::clone(scope));
            }
        }
        found
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|(_, scope)| scope.name())).finish()
    }
}

/// Digests have a fixed length, so the comparison does not leak the token's.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{TokenError, Tokens};

    const GOOD: &str = "# who\nanna 0123456789abcdef git.*\n\nboris fedcba9876543210\n";

    #[test]
    fn a_token_opens_for_its_bearer_alone() {
        let tokens = Tokens::parse(GOOD, &[]).expect("tokens");
        assert_eq!(tokens.principal("0123456789abcdef").expect("anna").name(), "anna");
        assert_eq!(tokens.principal("fedcba9876543210").expect("boris").name(), "boris");
        assert!(tokens.principal("0123456789abcde").is_none());
        assert!(tokens.principal("").is_none());
        assert!(!format!("{tokens:?}").contains("0123"), "no token in its Debug form");
    }

    #[test]
    fn a_wrong_line_is_named_without_its_token() {
        let wrong = |text: &str| Tokens::parse(text, &[]).expect_err("an error");
        assert_eq!(wrong("\nanna"), TokenError::Line { line: 2 });
        assert_eq!(wrong("anna short"), TokenError::Short { line: 1, chars_min: 16 });
        assert_eq!(wrong("# nobody"), TokenError::Empty);
        assert_eq!(wrong("a 0123456789abcdef\nb 0123456789abcdef"), TokenError::Twice { line: 2 });
        assert!(matches!(wrong("a 0123456789abcdef .x"), TokenError::Pattern { line: 1, .. }));
    }
}
