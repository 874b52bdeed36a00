//! Takes secrets out of the new list: each becomes a variable, and the user is told which to set.

mod address;
mod arguments;

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{
    merge::Server,
    placeholder::{references, variable},
    secret::is_plain,
};

/// Every process has these, so they cannot hold a secret and need not be set.
const TAKEN: &[&str] =
    &["HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER", "USERPROFILE"];

/// Schemes of `Authorization` that are left readable.
const SCHEMES: &[&str] = &["Bearer ", "Basic ", "Token ", "token ", "bearer ", "ApiKey "];

/// A variable that a server needs in order to start.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) uses: Vec<Use>,
}

/// Where a variable is used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Use {
    pub(super) server: String,
    /// Field of the entry, such as `env.TOKEN`.
    pub(super) field: String,
    /// The file that held the literal value.
    pub(super) value_in: Option<PathBuf>,
}

/// Replaces the secrets of `servers`, and lists all variables that they need.
pub(super) fn hide(servers: &mut [Server]) -> Vec<Variable> {
    let mut names = Names::of(servers);
    let mut hidden = Vec::new();
    for server in servers.iter_mut() {
        Hiding { server: server.name.clone(), names: &mut names, hidden: Vec::new() }.entry(server, &mut hidden);
    }
    needed(servers, &hidden)
}

/// The secrets of one server while they are being replaced.
struct Hiding<'a> {
    server: String,
    names: &'a mut Names,
    /// Pairs of field and variable.
    hidden: Vec<(String, String)>,
}

impl Hiding<'_> {
    fn entry(mut self, server: &mut Server, hidden: &mut Vec<Hidden>) {
        for (field, value) in &mut server.fields {
            match (field.as_str(), value) {
                ("env" | "headers", Value::Object(table)) => self.table(field, table),
                ("args", Value::Array(args)) => arguments::hide(&mut self, args),
                ("command", Value::String(text)) => *text = arguments::hidden_text(&mut self, text),
                ("url", Value::String(text)) => *text = address::hidden(&mut self, "url", text),
                _ => {}
            }
        }
        let value_in = server.origins.first().map(|origin| origin.file.clone());
        let each = self.hidden.into_iter();
        hidden.extend(each.map(|(field, name)| Hidden {
            server: server.name.clone(),
            field,
            name,
            value_in: value_in.clone(),
        }));
    }

    fn table(&mut self, field: &str, table: &mut Map<String, Value>) {
        for (key, value) in table {
            let text = match &*value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => continue,
            };
            if !is_plain(key, &text) {
                *value = Value::String(self.setting(field, key, &text));
            }
        }
    }

    /// Returns the value of a variable or header in the form in which it may be written.
    fn setting(&mut self, field: &str, key: &str, text: &str) -> String {
        let place = format!("{field}.{key}");
        if field == "env" {
            return self.variable(&place, &variable(key), text);
        }
        let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme)).copied().unwrap_or_default();
        let name = if scheme.is_empty() { variable(key) } else { "TOKEN".to_owned() };
        let secret = text.get(scheme.len()..).unwrap_or_default();
        format!("{scheme}{}", self.variable_of_server(&place, &name, secret))
    }

    /// Returns a placeholder for `secret`, with that name if it is free.
    fn variable(&mut self, field: &str, name: &str, secret: &str) -> String {
        let of_server = self.of_server(name);
        let name = self.names.take(&[name.to_owned(), of_server], secret);
        self.hidden.push((field.to_owned(), name.clone()));
        format!("${{{name}}}")
    }

    /// Like [`Self::variable`], with the server in the name.
    fn variable_of_server(&mut self, field: &str, name: &str, secret: &str) -> String {
        let of_server = self.of_server(name);
        self.variable(field, &of_server, secret)
    }

    fn of_server(&self, name: &str) -> String {
        let server = variable(&self.server);
        let has_it = name.strip_prefix(&server).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
        if has_it { name.to_owned() } else { format!("{server}_{name}") }
    }
}

/// A secret that was replaced.
struct Hidden {
    server: String,
    field: String,
    name: String,
    value_in: Option<PathBuf>,
}

/// Names of variables, with the secret that each holds if known.
struct Names(Vec<(String, Option<String>)>);

impl Names {
    /// Collects the names that the servers already refer to; they cannot hold another secret.
    fn of(servers: &[Server]) -> Self {
        let mut names: Vec<_> = TAKEN.iter().map(|name| ((*name).to_owned(), None)).collect();
        for (_, _, name) in servers.iter().flat_map(used) {
            names.push((name, None));
        }
        Self(names)
    }

    /// Returns the first name that is free or has the same secret; otherwise the last one with a number.
    fn take(&mut self, wanted: &[String], secret: &str) -> String {
        let last = wanted.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|n| format!("{last}_{n}"));
        for name in wanted.iter().cloned().chain(numbered) {
            match self.0.iter().find(|(taken, _)| *taken == name) {
                Some((_, Some(same))) if same == secret => return name,
                Some(_) => {}
                None => {
                    self.0.push((name.clone(), Some(secret.to_owned())));
                    return name;
                }
            }
        }
        last
    }
}

/// Returns the server, field and variable of every placeholder without a default.
fn used(server: &Server) -> Vec<(String, String, String)> {
    let mut used = Vec::new();
    for (field, value) in &server.fields {
        let mut see = |field: String, text: &str| {
            used.extend(references(text).into_iter().map(|name| (server.name.clone(), field.clone(), name)));
        };
        match value {
            Value::String(text) => see(field.clone(), text),
            Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| {
                see(format!("{field}[{at}]"), item.as_str().unwrap_or_default());
            }),
            Value::Object(table) => table.iter().for_each(|(key, value)| {
                see(format!("{field}.{key}"), value.as_str().unwrap_or_default());
            }),
            _ => {}
        }
    }
    used
}

fn needed(servers: &[Server], hidden: &[Hidden]) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for (server, field, name) in servers.iter().flat_map(used).filter(|(_, _, name)| !TAKEN.contains(&name.as_str())) {
        let was = hidden.iter().find(|hidden| hidden.server == server && hidden.field == field && hidden.name == name);
        let seen = Use { server, field, value_in: was.and_then(|was| was.value_in.clone()) };
        match variables.iter_mut().find(|variable| variable.name == name) {
            Some(variable) if variable.uses.contains(&seen) => {}
            Some(variable) => variable.uses.push(seen),
            None => variables.push(Variable { name, uses: vec![seen] }),
        }
    }
    variables
}

#[cfg(test)]
mod tests;
