//! Merges the lists: a server that several hosts start in the same way is one server, and names are unique.

use serde_json::{Map, Value};

use super::entry::{Listed, Origin};

/// A server in the new list.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) name: String,
    pub(super) fields: Map<String, Value>,
    /// Every place that lists it; all of them start it in the same way.
    pub(super) origins: Vec<Origin>,
}

/// Merges the servers, in the order in which they were found.
pub(super) fn merged(listed: Vec<Listed>) -> Vec<Server> {
    let mut servers: Vec<Server> = Vec::new();
    for Listed { origin, fields, .. } in listed {
        match servers.iter_mut().find(|server| launch(&server.fields) == launch(&fields)) {
            Some(same) => same.also(origin, &fields),
            None => {
                let name = free_name(&origin, &servers);
                servers.push(Server { name, fields, origins: vec![origin] });
            }
        }
    }
    servers
}

impl Server {
    fn also(&mut self, origin: Origin, fields: &Map<String, Value>) {
        // A server that is enabled in one place is enabled here.
        if !fields.contains_key("disabled") {
            self.fields.shift_remove("disabled");
        }
        self.origins.push(origin);
    }
}

/// The fields that determine what is started or connected to; the others only say how it is used.
fn launch(fields: &Map<String, Value>) -> [Option<&Value>; 6] {
    let is_empty = |value: &&Value| value.as_object().is_some_and(Map::is_empty) || **value == Value::Array(Vec::new());
    ["command", "args", "env", "cwd", "url", "headers"].map(|field| fields.get(field).filter(|value| !is_empty(value)))
}

/// Returns the server's own name; if taken, that name with the host's appended; if that is taken too, with a number.
fn free_name(origin: &Origin, servers: &[Server]) -> String {
    let of_host = format!("{}-{}", origin.name, origin.host.name());
    let numbered = (2..).map(|n| format!("{of_host}-{n}"));
    let mut names = [origin.name.clone(), of_host.clone()].into_iter().chain(numbered);
    let free = names.find(|name| servers.iter().all(|server| server.name != *name));
    // Unreachable: numbers do not run out.
    free.unwrap_or(of_host)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::args::Host;

    fn merge(listed: &[(Host, &str, Value)]) -> Vec<(String, usize, bool)> {
        let listed = listed.iter().map(|(host, name, fields)| Listed {
            origin: Origin { host: *host, file: "/f".into(), name: (*name).to_owned() },
            fields: fields.as_object().cloned().expect("fields"),
            notes: Vec::new(),
        });
        let servers = merged(listed.collect()).into_iter();
        servers.map(|server| (server.name, server.origins.len(), server.fields.contains_key("disabled"))).collect()
    }

    #[test]
    fn the_same_launch_is_one_server() {
        let servers = merge(&[
            (Host::Cursor, "a", json!({"command": "c", "args": [], "env": {"A": "1", "B": "2"}, "disabled": true})),
            (Host::Codex, "other", json!({"command": "c", "env": {"B": "2", "A": "1"}, "timeout": 5})),
            (Host::Codex, "b", json!({"command": "c", "env": {"A": "2", "B": "2"}, "disabled": true})),
        ]);
        assert_eq!(servers, [("a".to_owned(), 2, false), ("b".to_owned(), 1, true)]);
    }

    #[test]
    fn another_launch_of_the_same_name_gets_a_suffix() {
        let server = |n: usize| (Host::Cursor, "a", json!({"command": n.to_string()}));
        let servers = merge(&[server(1), server(2), server(3), (Host::Codex, "a", json!({"url": "u"}))]);
        let names: Vec<_> = servers.into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["a", "a-cursor", "a-cursor-2", "a-codex"]);
    }
}
