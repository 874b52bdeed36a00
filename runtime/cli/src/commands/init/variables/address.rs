//! Secrets in a URL: credentials, random parts of the path, parameters.

use callbox_mcp::secrecy;

use super::super::{
    placeholder::{is_placeholders, literals, variable},
    secret::{has_secret, is_ordinary, is_plain},
};
use super::Hiding;

/// Replaces the secrets in a URL, or in a word without a scheme.
pub(super) fn hidden(hiding: &mut Hiding<'_>, field: &str, text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, query) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let mut address = Address { hiding, field };
    let authority = address.authority(authority);
    // A commit hash in a repository's URL is public.
    let path = if scheme.starts_with("git") { path.to_owned() } else { address.path(path) };
    let query = address.query(query);
    let between = if text.contains("://") { "://" } else { "" };
    format!("{scheme}{between}{authority}{path}{query}")
}

struct Address<'a, 'b> {
    hiding: &'a mut Hiding<'b>,
    field: &'a str,
}

impl Address<'_, '_> {
    fn authority(&mut self, authority: &str) -> String {
        match authority.rsplit_once('@') {
            Some((person, host)) if !is_placeholders(person) => format!("{}@{host}", self.part("LOGIN", person)),
            None if has_secret(authority) && literals(authority).len() == 1 => self.part("HOST", authority),
            _ => authority.to_owned(),
        }
    }

    fn path(&mut self, path: &str) -> String {
        let secret = |part: &str| {
            literals(part).into_iter().any(|text| secrecy::has_secret(text) || secrecy::looks_random(text))
        };
        let parts =
            path.split('/').map(|part| if secret(part) { self.part("PATH_PART", part) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Processes what follows `?`, and what follows `#`, which is not sent.
    fn query(&mut self, query: &str) -> String {
        let (mut open, mut is_sent) = (String::with_capacity(query.len()), true);
        for piece in query.split_inclusive(['?', '#', '&']) {
            let pair = piece.trim_end_matches(['?', '#', '&']);
            open.push_str(&self.parameter(pair, is_sent));
            open.push_str(piece.get(pair.len()..).unwrap_or_default());
            is_sent = is_sent && !piece.ends_with('#');
        }
        open
    }

    fn parameter(&mut self, pair: &str, is_sent: bool) -> String {
        let Some((name, value)) = pair.split_once('=') else {
            return if is_ordinary(pair) { pair.to_owned() } else { self.part("PARAMETER", pair) };
        };
        let words = !is_sent && !secrecy::is_secret_named(name, value) && is_ordinary(value);
        match words || is_plain(name, value) || is_placeholders(value) {
            true => pair.to_owned(),
            false => format!("{name}={}", self.part(&variable(name), value)),
        }
    }

    fn part(&mut self, name: &str, secret: &str) -> String {
        self.hiding.variable_of_server(self.field, name, secret)
    }
}
