//! Generates structs, enums and aliases for one document.

use std::collections::HashSet;

use super::text::{comment, identifier, string};
use super::types::Types;
use crate::names::named;
use crate::names::words::{CAMEL, SNAKE};
use crate::nominal::{Body, Kind, Member, Record, Type, doc_lines};

const DERIVES: &str = "Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize";

/// Generates all named types, in order.
pub(super) fn items(types: &Types<'_>) -> String {
    let item = |(index, named): (usize, &crate::nominal::Named)| {
        let text = match &named.body {
            Body::Alias(value) => alias(types, index, value),
            Body::Record(record) => structure(types, index, record),
            Body::Enum(texts) => enumeration(types.name(index), texts),
            Body::ByKind(cases) => by_kind(types, index, cases),
            Body::ByTag { tag, cases } => by_tag(types, index, tag, cases),
        };
        format!("\n{}{text}", comment(&doc_lines(&named.doc), 1))
    };
    types.model.types.iter().enumerate().map(item).collect()
}

fn alias(types: &Types<'_>, index: usize, value: &Type) -> String {
    let (name, value) = (types.name(index), types.mention(value, Some(index)));
    if types.is_circular(index) {
        return format!("    #[derive({DERIVES})]\n    #[serde(transparent)]\n    pub struct {name}(pub {value});\n");
    }
    format!("    pub type {name} = {value};\n")
}

/// A field of a struct, as code.
struct Line {
    name: String,
    value: String,
    /// The value of an omitted field; `None` for a required one.
    initial: Option<&'static str>,
    text: String,
}

fn structure(types: &Types<'_>, index: usize, record: &Record) -> String {
    let name = types.name(index);
    let wires: Vec<&str> = record.members.iter().map(|member| member.wire.as_str()).collect();
    let names = named(&wires, &SNAKE, &HashSet::new());
    let rest = record.rest.as_ref().map(|rest| rest_line(types, rest, &names));
    let lines = record.members.iter().zip(&names).map(|(member, name)| line(types, index, member, name));
    let lines: Vec<Line> = lines.chain(rest).collect();
    let default = if lines.iter().all(|line| line.initial.is_some()) { ", Default" } else { "" };
    let fields: String = lines.iter().map(|line| line.text.as_str()).collect();
    let braces = if fields.is_empty() { " {}\n".to_owned() } else { format!(" {{\n{fields}    }}\n") };
    format!("    #[derive({DERIVES}{default})]\n    pub struct {name}{braces}{}", constructor(name, &lines))
}

fn line(types: &Types<'_>, index: usize, member: &Member, name: &str) -> Line {
    let (mut value, mut attributes) = (types.mention(&member.value, Some(index)), Vec::new());
    if name != member.wire {
        attributes.push(format!("rename = {}", string(&member.wire)));
    }
    if member.optional {
        attributes.push("default".to_owned());
        if types.may_be_null(&member.value) {
            attributes.push("deserialize_with = \"super::__present\"".to_owned());
        }
        attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
        value = format!("Option<{value}>");
    }
    let attributes = attributes.join(", ");
    let attributes = if attributes.is_empty() { attributes } else { format!("        #[serde({attributes})]\n") };
    let name = identifier(name);
    let text = format!("{}{attributes}        pub {name}: {value},\n", comment(&doc_lines(&member.doc), 2));
    Line { name, value, initial: member.optional.then_some("None"), text }
}

fn rest_line(types: &Types<'_>, rest: &Type, names: &[String]) -> Line {
    let name = named(&["rest"], &SNAKE, &names.iter().cloned().collect()).concat();
    let value = types.mention(&Type::Map(Box::new(rest.clone())), None);
    let doc = comment(&["Properties under other names.".to_owned()], 2);
    let text = format!("{doc}        #[serde(flatten)]\n        pub {name}: {value},\n");
    Line { name, value, initial: Some("::std::collections::BTreeMap::new()"), text }
}

/// Generates a constructor that takes only the required fields; empty if all or none are required.
fn constructor(name: &str, lines: &[Line]) -> String {
    let needed: Vec<String> = needed(lines).map(|line| format!("{}: {}", line.name, line.value)).collect();
    if needed.is_empty() || needed.len() == lines.len() {
        return String::new();
    }
    let fields: String = lines.iter().map(initial).collect();
    format!(
        "\n    impl {name} {{\n        /// Takes only the required fields.\n        pub fn new({}) -> {name} {{\n            \
         {name} {{\n{fields}            }}\n        }}\n    }}\n",
        needed.join(", ")
    )
}

fn needed(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines.iter().filter(|line| line.initial.is_none())
}

fn initial(line: &Line) -> String {
    let value = line.initial.map(|value| format!(": {value}")).unwrap_or_default();
    format!("                {}{value},\n", line.name)
}

fn enumeration(name: &str, texts: &[String]) -> String {
    let names = named(texts, &CAMEL, &HashSet::new());
    let cases: String = texts.iter().zip(names).map(|(wire, name)| case(&name, wire, None)).collect();
    format!("    #[derive({DERIVES}, Copy, Eq, Hash)]\n    pub enum {name} {{\n{cases}    }}\n")
}

/// Puts lists before objects, and strings last: serde accepts a list as a struct, and an object with one member as a
/// case of a string enum.
fn by_kind(types: &Types<'_>, index: usize, cases: &[(Kind, Type)]) -> String {
    let mut cases: Vec<&(Kind, Type)> = cases.iter().collect();
    cases.sort_by_key(|(kind, _)| *kind);
    let case = |(kind, value): &&(Kind, Type)| {
        format!("        {}({}),\n", kind_name(*kind, value), types.mention(value, Some(index)))
    };
    let cases: String = cases.iter().map(case).collect();
    format!("    #[derive({DERIVES})]\n    #[serde(untagged)]\n    pub enum {} {{\n{cases}    }}\n", types.name(index))
}

fn kind_name(kind: Kind, value: &Type) -> &'static str {
    match kind {
        Kind::Boolean => "Boolean",
        Kind::Number if *value == Type::Integer => "Integer",
        Kind::Number => "Number",
        Kind::List => "List",
        Kind::Object => "Object",
        Kind::String => "Text",
    }
}

fn by_tag(types: &Types<'_>, index: usize, tag: &str, cases: &[(String, Option<Type>)]) -> String {
    let wires: Vec<&str> = cases.iter().map(|(wire, _)| wire.as_str()).collect();
    let names = named(&wires, &CAMEL, &HashSet::new());
    let case = |((wire, value), name): (&(String, Option<Type>), String)| {
        case(&name, wire, value.as_ref().map(|value| types.mention(value, Some(index))))
    };
    let cases: String = cases.iter().zip(names).map(case).collect();
    let tag = string(tag);
    format!(
        "    #[derive({DERIVES})]\n    #[serde(tag = {tag})]\n    pub enum {} {{\n{cases}    }}\n",
        types.name(index)
    )
}

fn case(name: &str, wire: &str, value: Option<String>) -> String {
    let rename = if name == wire { String::new() } else { format!("        #[serde(rename = {})]\n", string(wire)) };
    let value = value.map(|value| format!("({value})")).unwrap_or_default();
    format!("{rename}        {name}{value},\n")
}
