//! The report on what was imported, as text and as JSON.

use std::{fmt::Write, path::PathBuf};

use callbox::internal::{SCHEMA_VERSION, printable};
use serde_json::{Value, json};

use super::{
    entry::{LeftOut, Origin},
    host_file::HostFileError,
    merge::Server,
    place::Place,
    snippet::Snippet,
    target::Target,
    variables::Variable,
};

/// The whole report.
pub(super) struct Report {
    pub(super) target: Target,
    /// False for a dry run.
    pub(super) written: bool,
    /// Where the replaced file is kept.
    pub(super) kept: Option<PathBuf>,
    pub(super) config: Value,
    pub(super) servers: Vec<Server>,
    pub(super) variables: Vec<Variable>,
    pub(super) snippets: Vec<Snippet>,
    pub(super) seen: Seen,
}

/// What the hosts' files held besides imported servers.
#[derive(Default)]
pub(super) struct Seen {
    /// The places searched and how many servers each lists; `None` if the file does not exist.
    pub(super) places: Vec<(Place, Option<usize>)>,
    pub(super) unusable: Vec<(Place, HostFileError)>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) notes: Vec<String>,
}

impl Seen {
    /// One line for each file that could not be used and each server that was left out.
    pub(super) fn lines(&self) -> Vec<String> {
        let unusable = self.unusable.iter().map(|(place, error)| format!("{}: {error}", place.host.title()));
        unusable.chain(self.left_out.iter().map(left_out)).collect()
    }

    /// One line for each place searched, shown when nothing was found.
    pub(super) fn looked(&self) -> Vec<String> {
        let each = self.places.iter().map(|(place, servers)| {
            let found = match servers {
                None => "does not exist".to_owned(),
                Some(0) => "lists no servers".to_owned(),
                Some(n) => format!("lists {n}"),
            };
            format!("{}: `{}`: {found}", place.host.title(), place.file.display())
        });
        each.collect()
    }

    /// The text for standard error.
    pub(super) fn told(&self) -> String {
        let unusable = self.unusable.iter().map(|(place, error)| format!("warning: {}: {error}\n", place.host.title()));
        let left_out = self.left_out.iter().map(|left| format!("note: {}\n", left_out(left)));
        let notes = self.notes.iter().map(|note| format!("note: {note}\n"));
        printable(&unusable.chain(left_out).chain(notes).collect::<String>())
    }
}

fn left_out(left: &LeftOut) -> String {
    let LeftOut { origin, code, reason, hint } = left;
    let hint = hint.as_ref().map(|hint| format!("; hint: {hint}")).unwrap_or_default();
    format!("`{}` of {} is left out: {reason} [{code}]{hint}", origin.name, at(origin))
}

fn at(origin: &Origin) -> String {
    format!("{} (`{}`)", origin.host.title(), origin.file.display())
}

impl Report {
    /// The text for standard output.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.servers.iter().for_each(|server| line(&mut text, &format!("  {}", provenance(server))));
        if !self.written {
            line(&mut text, &format!("\nIt would contain:\n{}", pretty(&self.config)));
        }
        if !self.variables.is_empty() {
            line(&mut text, "\nSet these variables in callbox's environment; their values are not in the file:");
            self.variables.iter().for_each(|variable| line(&mut text, &format!("  {}", needed(variable))));
        }
        line(
            &mut text,
            "\nTo use them through callbox, paste this into a host's settings and remove the servers it lists itself:",
        );
        for snippet in &self.snippets {
            let place = snippet.file.as_ref().map_or("in a shell".to_owned(), |file| format!("in `{file}`"));
            line(&mut text, &format!("\n{}, {place}:\n{}", snippet.host.title(), snippet.text));
        }
        printable(&text)
    }

    fn head(&self, text: &mut String) {
        let servers = match self.servers.len() {
            1 => "1 server".to_owned(),
            n => format!("{n} servers"),
        };
        let written = if self.written { "written" } else { "not written" };
        line(text, &format!("{}: {servers}, {written}", self.target.shown));
        if let Some(kept) = &self.kept {
            line(text, &format!("{}: the previous file", kept.display()));
        }
    }

    /// The JSON for `--json`.
    pub(super) fn json(&self) -> Value {
        json!({
            "schema_version": SCHEMA_VERSION,
            "file": self.target.shown,
            "written": self.written,
            "kept": self.kept,
            "config": self.config,
            "servers": self.servers.iter().map(server_json).collect::<Vec<_>>(),
            "left_out": self.seen.left_out.iter().map(left_out_json).collect::<Vec<_>>(),
            "variables": self.variables.iter().map(variable_json).collect::<Vec<_>>(),
            "files": self.seen.places.iter().map(|(place, servers)| file_json(place, *servers, &self.seen)).collect::<Vec<_>>(),
            "notes": self.seen.notes,
            "snippets": self.snippets.iter().map(snippet_json).collect::<Vec<_>>(),
        })
    }
}

fn provenance(server: &Server) -> String {
    let of = |origin: &Origin| match origin.name == server.name {
        true => at(origin),
        false => format!("{}, there `{}`", at(origin), origin.name),
    };
    let origins: Vec<_> = server.origins.iter().map(of).collect();
    let disabled = if server.fields.contains_key("disabled") { ", disabled" } else { "" };
    format!("`{}` from {}{disabled}", server.name, origins.join(" and the same from "))
}

fn needed(variable: &Variable) -> String {
    let uses = variable.uses.iter().map(|used| {
        let value = used.value_in.as_ref().map(|file| format!(", its value is in `{}`", file.display()));
        format!("`{}` of `{}`{}", used.field, used.server, value.unwrap_or_default())
    });
    format!("{} for {}", variable.name, uses.collect::<Vec<_>>().join("; "))
}

fn line(text: &mut String, rest: &str) {
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{rest}");
}

/// JSON as written to the file.
pub(super) fn pretty(config: &Value) -> String {
    serde_json::to_string_pretty(config).unwrap_or_default()
}

fn origin_json(origin: &Origin) -> Value {
    json!({ "host": origin.host.name(), "file": origin.file.display().to_string(), "name": origin.name })
}

fn server_json(server: &Server) -> Value {
    json!({ "name": server.name, "from": server.origins.iter().map(origin_json).collect::<Vec<_>>() })
}

fn left_out_json(left: &LeftOut) -> Value {
    json!({ "from": origin_json(&left.origin), "code": left.code, "message": left.reason, "hint": left.hint })
}

fn variable_json(variable: &Variable) -> Value {
    let uses = variable.uses.iter().map(|used| {
        let value_in = used.value_in.as_ref().map(|file| file.display().to_string());
        json!({ "server": used.server, "field": used.field, "value_in": value_in })
    });
    json!({ "name": variable.name, "uses": uses.collect::<Vec<_>>() })
}

fn file_json(place: &Place, servers: Option<usize>, seen: &Seen) -> Value {
    let error = seen.unusable.iter().find(|(other, _)| other == place).map(|(_, error)| error);
    let error = error.map(|error| json!({ "code": error.code(), "message": error.to_string() }));
    json!({ "host": place.host.name(), "file": place.file.display().to_string(), "servers": servers, "error": error })
}

fn snippet_json(snippet: &Snippet) -> Value {
    let Snippet { host, file, format, text } = snippet;
    json!({ "host": host.name(), "file": file, "format": format.name(), "text": text })
}
