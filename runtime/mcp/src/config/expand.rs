//! Placeholders in configuration text: `${NAME}`, `${NAME:-default}`, `${env:NAME}`. Anything else in braces is left
//! unchanged, since it may belong to a shell.

use super::Lookup;

/// The reason why text could not be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// No value and no default.
    Unset(String),
    /// A user would have to be asked.
    Input(String),
}

/// Replaces the placeholders in `text`; values are not expanded again.
pub(super) fn expand(text: &str, workspace: &str, lookup: Lookup<'_>) -> Result<String, Gap> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, placeholder) = rest.split_at(start);
        expanded.push_str(before);
        let Some((inside, after)) = placeholder.get(2..).and_then(|tail| tail.split_once('}')) else {
            expanded.push_str(placeholder);
            return Ok(expanded);
        };
        match value(inside, workspace, lookup)? {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(&format!("${{{inside}}}")),
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// Returns the value of a placeholder; `None` if it is not one of ours.
fn value(inside: &str, workspace: &str, lookup: Lookup<'_>) -> Result<Option<String>, Gap> {
    if inside == "workspaceFolder" {
        return Ok(Some(workspace.to_owned()));
    }
    if let Some(input) = inside.strip_prefix("input:") {
        return Err(Gap::Input(input.to_owned()));
    }
    let inside = inside.strip_prefix("env:").unwrap_or(inside);
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    if !is_name(name) {
        return Ok(None);
    }
    // As in a shell, the default after `:-` also replaces a variable that is set but empty.
    let set = lookup(name).filter(|value| default.is_none() || !value.is_empty());
    set.or_else(|| default.map(str::to_owned)).map(Some).ok_or_else(|| Gap::Unset(name.to_owned()))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
