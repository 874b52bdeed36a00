//! Parses grants other than tools: folders and environment variables. Nothing is opened here.

use std::{path::PathBuf, str::FromStr};

/// `HOST::GUEST[:ro]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AllowDir {
    pub(crate) host: PathBuf,
    pub(crate) guest: String,
    pub(crate) read_only: bool,
}

impl FromStr for AllowDir {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected `HOST::GUEST` or `HOST::GUEST:ro`".to_owned();
        let (host, guest) = text.split_once("::").ok_or_else(expected)?;
        let (guest, read_only) = guest.strip_suffix(":ro").map_or((guest, false), |guest| (guest, true));
        if host.is_empty() || guest.is_empty() || guest.contains(':') {
            return Err(expected());
        }
        Ok(Self { host: host.into(), guest: guest.to_owned(), read_only })
    }
}

/// Parses `NAME=VALUE`.
pub(crate) fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected `NAME=VALUE`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_both_sides_and_how_much() {
        let parsed = |text: &str| text.parse::<AllowDir>().ok().map(|dir| (dir.host, dir.guest, dir.read_only));
        assert_eq!(parsed("/a/b::/data"), Some(("/a/b".into(), "/data".to_owned(), false)));
        assert_eq!(parsed("b::data:ro"), Some(("b".into(), "data".to_owned(), true)));
        for nonsense in ["", "/a", "/a:/b", "::/b", "/a::", "/a::/b:rw", "/a:::ro"] {
            assert_eq!(parsed(nonsense), None, "{nonsense}");
        }
        assert_eq!(variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert!(variable("=b").is_err() && variable("A").is_err());
    }
}
