//! Decides whether a setting, which may contain placeholders, may be written to the new list as it is.

use callbox_mcp::secrecy;
use callbox_mcp::secrecy::looks_secret;

use super::placeholder::literals;

/// Whether the value of a variable, header or other named setting may be seen by everyone who can read the list of
/// servers.
pub(super) fn is_plain(name: &str, value: &str) -> bool {
    let pieces = literals(value);
    if let [only] = pieces.as_slice() {
        return secrecy::is_plain(name, only);
    }
    // Text around a placeholder is a scheme, a host or a path.
    let digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let is_plain = |text: &&str| !(secrecy::has_secret(text) || looks_secret(name) && digits(text));
    pieces.iter().all(is_plain) && !secrecy::names_a_person(value)
}

/// Whether any text outside placeholders looks like a token.
pub(super) fn has_secret(text: &str) -> bool {
    literals(text).into_iter().any(secrecy::has_secret)
}

/// Whether the text is made of words, versions and placeholders.
pub(super) fn is_ordinary(text: &str) -> bool {
    literals(text).into_iter().all(secrecy::is_ordinary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_plain_and_what_stands_around_them_may_be_secret() {
        for (name, value) in [("X", "${TOKEN}"), ("Authorization", "Bearer ${TOKEN}")] {
            assert!(is_plain(name, value), "{name}: {value}");
        }
        assert!(!is_plain("DATABASE_URL", "postgres://me:pw@${HOST}/db"));
        assert!(has_secret("${A}ghp_0123456789abcdef") && is_ordinary("@scope/name@${VERSION}"));
    }
}
