//! Prints the text of a package; makes no decisions.

use super::{WitBody, WitCalls, WitField, WitFunction, WitInterface, WitNamed, WitType};
use crate::nominal::wire_line;

pub(super) fn package(interfaces: &[WitInterface], calls: WitCalls) -> String {
    let (word, world) = match calls {
        WitCalls::Plain => ("func", "script"),
        WitCalls::Async => ("async func", "script-async"),
    };
    let mut text = "package callbox:tools@0.1.0;\n".to_owned();
    interfaces.iter().for_each(|one| text.push_str(&format!("\n{}", interface(one, word))));
    text.push_str("\n/// A script that calls tools through typed functions, besides the standard imports.\n");
    text.push_str(&format!("world with-tools {{\n    include callbox:script/{world}@0.1.0;\n"));
    interfaces.iter().for_each(|one| text.push_str(&format!("    import {};\n", id(&one.name))));
    text + "}\n"
}

fn interface(interface: &WitInterface, word: &str) -> String {
    let wire: Vec<String> = wire_line(&interface.name, &interface.wire).into_iter().collect();
    let types: String = interface.types.iter().map(|one| named(one)).collect();
    let functions: String = interface.functions.iter().map(|one| function(one, word)).collect();
    format!(
        "{}interface {} {{\n    use callbox:script/types@0.1.0.{{json, tool-error}};\n{types}{functions}}}\n",
        comment(&wire, 0),
        id(&interface.name),
    )
}

fn function(function: &WitFunction, word: &str) -> String {
    let arguments = function.arguments.as_ref().map(|arguments| format!("args: {}", mention(arguments)));
    format!(
        "\n{}    {}: {word}({}) -> result<{}, tool-error>;\n",
        comment(&with_wire(&function.doc, &function.name, &function.wire), 1),
        id(&function.name),
        arguments.unwrap_or_default(),
        mention(&function.result),
    )
}

fn named(named: &WitNamed) -> String {
    let (word, members) = match &named.body {
        WitBody::Record { fields, rest } => {
            let rest = rest.as_ref().map(|rest| {
                let words = ["Properties under other names.".to_owned()];
                let value = WitType::Map(Box::new(rest.value.clone()));
                format!("{}        {}: {},\n", comment(&words, 2), id(&rest.name), mention(&value))
            });
            ("record", fields.iter().map(field).chain(rest).collect::<String>())
        }
        WitBody::Enum(cases) => {
            ("enum", cases.iter().map(|case| case_text(&case.name, Some(&case.wire), None)).collect())
        }
        WitBody::ByKind(cases) => {
            ("variant", cases.iter().map(|case| case_text(&case.name, None, Some(&case.value))).collect())
        }
        WitBody::ByTag { cases, .. } => {
            let case = |case: &super::WitTagCase| case_text(&case.name, Some(&case.wire), case.value.as_ref());
            ("variant", cases.iter().map(case).collect())
        }
    };
    let mut doc = named.doc.clone();
    if let WitBody::ByTag { tag, .. } = &named.body {
        doc.extend(wire_line("", tag).map(|line| line.replacen("Wire name", "Decided by the property", 1)));
    }
    format!("\n{}    {word} {} {{\n{members}    }}\n", comment(&doc, 1), id(&named.name))
}

fn field(field: &WitField) -> String {
    let value = mention(&field.value);
    let value = if field.optional { format!("option<{value}>") } else { value };
    let doc = comment(&with_wire(&field.doc, &field.name, &field.wire), 2);
    format!("{doc}        {}: {value},\n", id(&field.name))
}

fn case_text(name: &str, wire: Option<&str>, value: Option<&WitType>) -> String {
    let wire: Vec<String> = wire.and_then(|wire| wire_line(name, wire)).into_iter().collect();
    let value = value.map(|value| format!("({})", mention(value))).unwrap_or_default();
    format!("{}        {}{value},\n", comment(&wire, 2), id(name))
}

fn mention(value: &WitType) -> String {
    match value {
        WitType::Json => "json".to_owned(),
        WitType::Bool => "bool".to_owned(),
        WitType::S64 => "s64".to_owned(),
        WitType::F64 => "f64".to_owned(),
        WitType::String => "string".to_owned(),
        WitType::List(item) => format!("list<{}>", mention(item)),
        WitType::Map(item) => format!("list<tuple<string, {}>>", mention(item)),
        WitType::Tuple(items) => format!("tuple<{}>", items.iter().map(mention).collect::<Vec<_>>().join(", ")),
        WitType::Option(inner) => format!("option<{}>", mention(inner)),
        WitType::Named(named) => id(&named.name),
    }
}

fn with_wire(doc: &[String], name: &str, wire: &str) -> Vec<String> {
    doc.iter().cloned().chain(wire_line(name, wire)).collect()
}

fn comment(lines: &[String], indent: usize) -> String {
    let indent = "    ".repeat(indent);
    lines.iter().map(|line| format!("{indent}/// {line}").trim_end().to_owned() + "\n").collect()
}

/// Returns an identifier as written in the text.
fn id(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("%{name}") } else { name.to_owned() }
}

/// WIT's keywords, from the lexer of wit-parser 0.254.
const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "bool",
    "borrow",
    "char",
    "constructor",
    "enum",
    "error-context",
    "export",
    "f32",
    "f64",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "list",
    "map",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "static",
    "stream",
    "string",
    "tuple",
    "type",
    "u16",
    "u32",
    "u64",
    "u8",
    "use",
    "variant",
    "with",
    "world",
];
