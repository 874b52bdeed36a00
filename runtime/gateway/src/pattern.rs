//! Patterns that name tools: `server.tool`, with `*` for any text. They match wire names.

use std::fmt;
use std::str::FromStr;

/// A pattern over the wire names of a server and a tool: `github.*`, `git.git_log`, `*.delete_*`.
///
/// The first dot separates server and tool; a pattern without a dot is a server's name and matches all its
/// tools. `*` matches any text, including none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPattern {
    server: String,
    tool: String,
}

/// A pattern without a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `server.tool`, with `*` for any text, found `{0}`")]
pub struct MalformedPattern(String);

impl ToolPattern {
    /// Checks whether it may name a tool of that server.
    pub(crate) fn may_match(&self, server: &str) -> bool {
        matches(&self.server, server)
    }

    /// Checks whether it names every tool of that server, whatever its name.
    pub(crate) fn matches_all(&self, server: &str) -> bool {
        self.may_match(server) && self.tool == "*"
    }

    /// Checks whether it names this tool.
    #[must_use]
    pub fn matches(&self, server: &str, tool: &str) -> bool {
        matches(&self.server, server) && matches(&self.tool, tool)
    }
}

impl FromStr for ToolPattern {
    type Err = MalformedPattern;

    fn from_str(text: &str) -> Result<Self, MalformedPattern> {
        let (server, tool) = text.trim().split_once('.').unwrap_or((text.trim(), "*"));
        if server.is_empty() || tool.is_empty() {
            return Err(MalformedPattern(text.to_owned()));
        }
        Ok(Self { server: server.to_owned(), tool: tool.to_owned() })
    }
}

impl fmt::Display for ToolPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.server, self.tool)
    }
}

/// Checks whether `pattern` matches `text`. Takes time in proportion to both: the first place for a part between two
/// stars is as good as any later one. A crate for file patterns would also give `?`, `[` and `{` a meaning, which a
/// tool's name may contain.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::ToolPattern;

    #[track_caller]
    fn check(pattern: &str, name: (&str, &str), expected: bool) {
        let parsed: ToolPattern = pattern.parse().expect("a pattern");
        assert_eq!(parsed.matches(name.0, name.1), expected, "{pattern} {name:?}");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        check("git.git_log", ("git", "git_log"), true);
        check("git.git_log", ("git", "git_logs"), false);
        check("git.*", ("git", "anything.at.all"), true);
        check("git", ("git", "anything"), true);
        check("git", ("github", "anything"), false);
        check("*.delete_*", ("x", "delete_all"), true);
        check("*.delete_*", ("x", "undelete_all"), false);
        check("*.*_*_*", ("x", "a_b_c"), true);
        check("*.*ab", ("x", "abab"), true);
        check("*.a*a", ("x", "a"), false);
    }

    #[test]
    fn a_pattern_names_a_server() {
        assert!("".parse::<ToolPattern>().is_err());
        assert!(".tool".parse::<ToolPattern>().is_err());
        assert!("server.".parse::<ToolPattern>().is_err());
    }
}
