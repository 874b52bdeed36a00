//! Levels, budgets and shared types: the laws that hold for any catalogue.

use std::collections::{BTreeMap, BTreeSet};

use callbox_bindings::{Cut, Level, Selection, Server, Stubs, Tool, count_tokens};
use proptest::prelude::*;
use serde_json::{Value, json};

use callbox_rendering_tests as inert;

fn server(name: &str, tools: Vec<Tool>) -> Server {
    Server::new(name, tools)
}

fn tool(entry: &Value) -> Tool {
    Tool::from_json(entry).expect("a tool")
}

/// A tool that contains some of everything that can be cut.
fn search() -> Tool {
    tool(&json!({
        "name": "search", "title": "Find things",
        "description": "Search the index. It takes a while, and then some.\n\nSecond paragraph.",
        "inputSchema": { "type": "object", "required": ["query", "where"], "properties": {
            "query": { "type": "string", "description": "What to look for. Words.", "examples": ["a b", "c"] },
            "where": { "type": "object", "required": ["index"], "description": "Place.", "properties": {
                "index": { "type": "string" }, "shard": { "type": "integer" } } },
            "limit": { "type": "integer", "description": "How many.", "default": 10 },
            "offset": { "type": "integer", "description": "From where." },
            "order": { "enum": ["newest", "oldest", "best"], "description": "Which come first." },
            "language": { "type": "string" }, "timeout_seconds": { "type": "number" }, "include_deleted": { "type": "boolean" },
            "filter": { "type": "object", "properties": { "by": { "type": "string" }, "not": { "type": "boolean" } } },
        } },
        "outputSchema": { "type": "object", "required": ["hits"], "properties": { "hits": {
            "type": "array", "items": { "type": "object", "properties": { "id": { "type": "string", "description": "Its id." } } } } } },
    }))
}

fn count_lines() -> Tool {
    tool(&json!({ "name": "count-lines", "description": "Counts.", "inputSchema": { "type": "object" } }))
}

fn small() -> Vec<Server> {
    vec![server("files", vec![count_lines()]), server("db", vec![search()])]
}

fn text(servers: &[Server], level: Level) -> String {
    Stubs::read(servers).render(Selection::All, level).text
}

#[test]
fn names_and_lines_are_one_tool_a_line() {
    assert_eq!(text(&small(), Level::Name), "tools.db.search\ntools.files.count_lines\n");
    let lines = "tools.db.search: Search the index.\ntools.files.count_lines: Counts.\n";
    assert_eq!(text(&small(), Level::Line), lines);
}

#[test]
fn a_signature_has_no_comments() {
    let expected = r#"declare const tools: {
  readonly db: {
    search(args: {
      query: string;
      where: { index: string; shard?: number };
      limit?: number;
      offset?: number;
      order?: "newest" | "oldest" | "best";
      language?: string;
      timeout_seconds?: number;
      include_deleted?: boolean;
      filter?: { by?: string; not?: boolean };
    }): Promise<{ hits: { id?: string }[] }>;
  };
  readonly files: {
    count_lines(args?: { [key: string]: unknown }): Promise<unknown>;
  };
};
"#;
    let text = text(&small(), Level::Signature);
    assert!(text.ends_with(expected), "{text}");
    assert!(!text.contains("/*"), "{text}");
}

#[test]
fn the_full_text_has_titles_and_examples() {
    let text = text(&small(), Level::Full);
    assert!(text.contains("     * Find things\n     * Search the index. It takes"), "{text}");
    assert!(text.contains(r#"@examples ["a b","c"]"#), "{text}");
}

#[test]
fn a_budget_takes_the_least_relevant_detail_first() {
    let servers = small();
    let stubs = Stubs::read(&servers);
    let whole = count_tokens(&text(&servers, Level::Full));
    let mut steps: Vec<(Level, Cut, String)> = Vec::new();
    for tokens_max in (0..=whole).rev() {
        let fitted = stubs.render_within(Selection::All, Level::Full, tokens_max);
        let shown = fitted.tools.iter().find(|shown| shown.tool == "search");
        let step = shown.map(|shown| (shown.level, shown.cut));
        if let Some((level, cut)) = step
            && steps.last().is_none_or(|(last, before, _)| (*last, *before) != (level, cut))
        {
            steps.push((level, cut, fitted.text));
        }
    }
    let found: Vec<(Level, Cut)> = steps.iter().map(|(level, cut, _)| (*level, *cut)).collect();
    let cuts = [
        Cut::Nothing,
        Cut::Examples,
        Cut::LongWords,
        Cut::OptionalComments,
        Cut::NestedTypes,
        Cut::OptionalFields,
        Cut::Comments,
    ];
    let below = [(Level::Line, Cut::Nothing), (Level::Name, Cut::Nothing)];
    let expected: Vec<(Level, Cut)> = cuts.map(|cut| (Level::Full, cut)).into_iter().chain(below).collect();
    assert_eq!(found, expected);
    let gone = ["@examples", "Second paragraph", "How many", "filter?: {", "limit?", "What to look for", "(args: {"];
    for ((_, cut, before), ((_, _, after), gone)) in steps.iter().zip(steps.iter().skip(1).zip(gone)) {
        assert!(before.contains(gone) && !after.contains(gone), "{gone} goes after {cut:?}:\n{before}\n{after}");
    }
    let declared = &steps[cuts.len() - 1].2;
    assert!(declared.contains("query: string") && declared.contains("where: { index: string;"), "{declared}");
}

/// The doc of a result is cut in steps: examples, then all but the first sentence, then the rest.
#[test]
fn words_of_a_result_go_with_those_of_its_fields() {
    let words = "When it started. In UTC, whatever the machine thinks of that, and to the second.";
    let result = json!({ "type": "string", "description": words, "examples": ["soon"] });
    let servers = [server("s", vec![tool(&json!({ "name": "t", "inputSchema": {}, "outputSchema": result }))])];
    let stubs = Stubs::read(&servers);
    let whole = count_tokens(&text(&servers, Level::Full));
    let mut seen = Vec::new();
    for tokens_max in (0..=whole).rev() {
        let fitted = stubs.render_within(Selection::All, Level::Full, tokens_max).text;
        let said =
            ["@returns examples", "In UTC", "@returns When it started.", "t(args"].map(|part| fitted.contains(part));
        if seen.last() != Some(&said) {
            seen.push(said);
        }
    }
    let [yes, no] = [true, false];
    let expected = [[yes; 4], [no, yes, yes, yes], [no, no, yes, yes], [no, no, no, yes], [no; 4]];
    assert_eq!(seen, expected);
    assert!(!text(&servers, Level::Signature).contains("started"));
}

#[test]
fn what_has_no_room_is_said() {
    let tools = (0..14).map(|index| tool(&json!({ "name": format!("tool_{index}"), "inputSchema": {} })));
    let servers = [server("s", tools.collect())];
    let stubs = Stubs::read(&servers);
    let fitted = stubs.render_within(Selection::All, Level::Name, 30);
    assert_eq!(fitted.left_out, 14 - fitted.tools.len());
    assert!(fitted.text.ends_with(&format!("… {} more tools: search or ask for them by name\n", fitted.left_out)));
    let nothing = stubs.render_within(Selection::All, Level::Full, 5);
    assert_eq!((nothing.text.as_str(), nothing.left_out), ("", 14));
    let line = "// … 14 more tools: search or ask for them by name\n";
    assert_eq!(stubs.render_within(Selection::All, Level::Full, count_tokens(line)).text, line);
    assert_eq!(stubs.render_within(Selection::All, Level::Full, count_tokens(line) - 1).text, "");
}

#[test]
fn a_selection_comes_in_the_order_of_names_and_is_cut_from_its_end() {
    let tools = ["a", "b", "c"].map(|name| {
        tool(&json!({ "name": name, "description": "Does what it does. And more of it.", "inputSchema": {} }))
    });
    let servers = [server("s", tools.to_vec())];
    let stubs = Stubs::read(&servers);
    let wanted = ["c", "a", "nowhere", "c"].map(|name| ("s".to_owned(), name.to_owned()));
    let whole = stubs.render(Selection::Tools(&wanted), Level::Line);
    assert_eq!(whole.text, "tools.s.a: Does what it does.\ntools.s.c: Does what it does.\n");
    let fitted = stubs.render_within(Selection::Tools(&wanted), Level::Line, count_tokens(&whole.text) - 1);
    assert_eq!(fitted.text, "tools.s.a\ntools.s.c: Does what it does.\n");
}

#[test]
fn equal_definitions_are_one_type() {
    let with_user = |name: &str, user: &Value| {
        tool(&json!({ "name": name,
            "inputSchema": { "type": "object", "properties": { "a": { "$ref": "#/$defs/User" } }, "$defs": { "User": user } },
            "outputSchema": { "type": "object", "properties": { "x": { "$ref": "#/$defs/User" }, "y": { "$ref": "#/$defs/User" } }, "$defs": { "User": user } } }))
    };
    let fields: serde_json::Map<String, Value> =
        ('a'..='f').map(|name| (name.to_string(), json!({ "type": "string" }))).collect();
    let user = json!({ "type": "object", "properties": fields });
    let alike = [server("s", vec![with_user("one", &user), with_user("two", &user)])];
    let text = text(&alike, Level::Full);
    assert_eq!(text.matches("type s_User = ").count(), 1, "{text}");
    assert_eq!(text.matches("?: s_User").count(), 6, "{text}");

    let mut other = user.clone();
    other["properties"]["f"] = json!({ "type": "number" });
    let unlike = [server("s", vec![with_user("one", &user), with_user("two", &other)])];
    let text = self::text(&unlike, Level::Full);
    assert_eq!(text.matches("type s_User_").count(), 2, "{text}");
    assert!(!text.contains("s_User "), "{text}");
}

#[test]
fn a_huge_budget_changes_nothing() {
    let servers = small();
    let stubs = Stubs::read(&servers);
    for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
        let whole = stubs.render(Selection::All, level);
        let exact = count_tokens(&whole.text);
        for tokens_max in [usize::MAX, exact] {
            assert_eq!(whole, stubs.render_within(Selection::All, level, tokens_max));
        }
        let less = stubs.render_within(Selection::All, level, exact - 1);
        assert_ne!(whole.text, less.text);
    }
}

/// Returns the words about each tool, by name: everything from one method to the next.
fn words_by_tool(text: &str, names: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut pending = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("    ")) {
        let line_words =
            line.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty());
        let method = names.iter().find(|name| {
            let rest = line.trim_start().trim_start_matches("// ").strip_prefix(name.as_str());
            line.get(4..5) != Some(" ") && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', ':']))
        });
        pending.extend(line_words.map(str::to_owned));
        if line.ends_with(">;") || line.starts_with("    //") {
            let name = method.cloned().or_else(|| names.iter().find(|name| pending.contains(*name)).cloned());
            words.entry(name.unwrap_or_default()).or_default().append(&mut pending);
        }
    }
    words
}

/// Words in marks for omitted text.
const MARKS: [&str; 9] = ["key", "string", "unknown", "object", "Left", "out", "optional", "field", "fields"];

#[derive(Debug, Clone)]
struct Sketch {
    name: String,
    description: String,
    fields: Vec<(String, bool, u8)>,
    shared: u8,
}

impl Sketch {
    fn tool(&self) -> Tool {
        let mut properties = serde_json::Map::new();
        for (name, _, kind) in &self.fields {
            properties.insert(name.clone(), Sketch::field(*kind));
        }
        let required: Vec<&String> =
            self.fields.iter().filter(|(_, required, _)| *required).map(|(name, ..)| name).collect();
        let fields: serde_json::Map<String, Value> = (0..6)
            .map(|index| (format!("part{index}"), json!({ "type": "string", "description": "A part of it." })))
            .collect();
        let kind = ["string", "number", "boolean"][usize::from(self.shared)];
        let node = json!({ "type": "object", "description": format!("A node of kind {}.", self.shared), "required": ["part1"],
            "properties": { "next": { "$ref": "#/$defs/Node" }, "other": { "$ref": "#/$defs/Leaf" }, "part1": { "type": kind } } });
        tool(&json!({
            "name": self.name, "description": self.description,
            "inputSchema": { "type": "object", "properties": properties, "required": required,
                "$defs": { "Node": node, "Leaf": { "type": "object", "properties": fields, "maxProperties": self.shared } } },
            "outputSchema": { "type": "object", "properties": { "node": { "$ref": "#/$defs/Node" }, "nodes": { "type": "array", "items": { "$ref": "#/$defs/Node" } } },
                "$defs": { "Node": node, "Leaf": { "type": "object", "properties": fields, "maxProperties": self.shared } } },
        }))
    }

    fn field(kind: u8) -> Value {
        match kind % 6 {
            0 => json!({ "type": "string", "description": "Some words. And many more of them.", "examples": ["one"] }),
            1 => json!({ "type": "integer", "description": "A number." }),
            2 => json!({ "$ref": "#/$defs/Node" }),
            3 => json!({ "type": "array", "items": { "$ref": "#/$defs/Leaf" } }),
            4 => {
                json!({ "type": "object", "description": "Nested.", "required": ["must"], "properties": { "must": { "type": "string" }, "may": { "type": "object", "properties": { "deep": {} } } } })
            }
            _ => json!({ "enum": ["red", "green"] }),
        }
    }
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let fields = prop::collection::btree_map("f_[a-z]{1,3}", (any::<bool>(), any::<u8>()), 0..5);
    let fields =
        fields.prop_map(|fields| fields.into_iter().map(|(name, (required, kind))| (name, required, kind)).collect());
    ("t_[a-z]{2,3}", "[A-Z][a-z]{1,6}( [a-z]{1,6}){0,6}\\.( [A-Z][a-z ]{1,30}\\.)?", fields, 0u8..3)
        .prop_map(|(name, description, fields, shared)| Sketch { name, description, fields, shared })
}

fn sketches() -> impl Strategy<Value = Vec<Sketch>> {
    prop::collection::vec(sketch(), 1..6).prop_map(|sketches| {
        let by_name: BTreeMap<String, Sketch> =
            sketches.into_iter().map(|sketch| (sketch.name.clone(), sketch)).collect();
        by_name.into_values().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_larger_budget_shows_no_less(sketches in sketches(), tokens in prop::collection::btree_set(0usize..900, 2..6)) {
        let servers = [server("s", sketches.iter().map(Sketch::tool).collect())];
        let stubs = Stubs::read(&servers);
        let names: Vec<String> = sketches.iter().map(|sketch| sketch.name.clone()).collect();
        for level in [Level::Full, Level::Signature, Level::Line] {
            let mut shown = Vec::new();
            let mut words = BTreeMap::new();
            for tokens_max in &tokens {
                let fitted = stubs.render_within(Selection::All, level, *tokens_max);
                prop_assert!(count_tokens(&fitted.text) <= *tokens_max, "{}", fitted.text);
                inert::assert_no_less(&shown, &fitted.tools);
                let now = words_by_tool(&fitted.text, &names);
                for (name, before) in &words {
                    let before: &BTreeSet<String> = before;
                    let lost: Vec<&String> = before.iter().filter(|word| !now.get(name).is_some_and(|now| now.contains(*word))).collect();
                    prop_assert!(lost.iter().all(|word| MARKS.contains(&word.as_str()) || word.chars().all(char::is_numeric)), "{name} lost {lost:?}:\n{}", fitted.text);
                }
                (shown, words) = (fitted.tools, now);
            }
        }
    }

    #[test]
    fn required_arguments_stay_while_there_is_a_declaration(sketches in sketches(), tokens_max in 0usize..700) {
        let servers = [server("s", sketches.iter().map(Sketch::tool).collect())];
        let stubs = Stubs::read(&servers);
        for level in [Level::Full, Level::Signature] {
            let fitted = stubs.render_within(Selection::All, level, tokens_max);
            for sketch in &sketches {
                let is_declared = fitted.tools.iter().any(|shown| shown.tool == sketch.name && shown.level == level);
                let method = fitted.text.split_once(&format!("    {}(args", sketch.name)).map(|(_, rest)| rest);
                prop_assert_eq!(is_declared, method.is_some());
                let arguments = method.and_then(|method| method.split_once("): Promise")).map_or("", |(arguments, _)| arguments);
                for (name, ..) in sketch.fields.iter().filter(|(_, required, _)| *required && is_declared) {
                    let declared = format!("{name}: ");
                    prop_assert!(arguments.contains(&declared), "{name}\n{}", fitted.text);
                }
            }
        }
    }

    #[test]
    fn order_and_neighbours_change_nothing(sketches in sketches(), turn in 0usize..6, split in 0usize..6) {
        let tools: Vec<Tool> = sketches.iter().map(Sketch::tool).collect();
        let (a, b) = tools.split_at(split.min(tools.len()));
        let servers = vec![server("a", a.to_vec()), server("b", b.to_vec())];
        let mut turned = servers.clone();
        turned.reverse();
        for server in &mut turned {
            let by = turn.min(server.tools.len());
            server.tools.rotate_left(by);
        }
        let mut more = servers.clone();
        more.push(server("c", tools.clone()));
        for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
            prop_assert_eq!(text(&servers, level), text(&turned, level));
            let with_more = text(&more, level);
            for line in text(&servers, level).lines() {
                prop_assert!(with_more.contains(line), "{line}\n{with_more}");
            }
        }
        for tokens_max in [60, 250, 900] {
            let fitted = |servers: &[Server]| Stubs::read(servers).render_within(Selection::All, Level::Full, tokens_max);
            prop_assert_eq!(fitted(&servers), fitted(&turned));
        }
    }

    #[test]
    fn a_shared_type_is_what_each_tool_has_alone(sketches in sketches()) {
        let tools: Vec<Tool> = sketches.iter().map(Sketch::tool).collect();
        let together = text(&[server("s", tools.clone())], Level::Full);
        for tool in tools {
            let alone = text(&[server("s", vec![tool.clone()])], Level::Full);
            prop_assert_eq!(expanded(&together, &tool.name), expanded(&alone, &tool.name));
        }
    }
}

/// Returns a tool's declaration with its named types expanded three levels deep, so that their names do not count.
fn expanded(text: &str, tool: &str) -> String {
    let mut types: BTreeMap<&str, String> = BTreeMap::new();
    let mut open = None;
    for line in text.lines() {
        let start = line.strip_prefix("type ").and_then(|rest| rest.split_once(" = "));
        open = start.map(|(name, _)| name).or(open);
        if let Some(name) = open {
            types.entry(name).or_default().push_str(start.map_or(line, |(_, body)| body).trim_end_matches(';'));
        }
        open = open.filter(|_| !(line == "};" || start.is_some() && line.ends_with(';')));
    }
    let start = text.find(&format!("    {tool}(args")).expect("the tool");
    let rest = &text[start..];
    let mut body = rest[..rest.find(">;\n").expect("an end")].to_owned();
    for _ in 0..3 {
        body = put_in(&body, &types);
    }
    // Line breaks depend on the lengths of names.
    let named = types.keys().rev().fold(body, |body, name| body.replace(name, "…"));
    named.chars().filter(|char| !char.is_whitespace() && *char != ';').collect()
}

fn put_in(body: &str, types: &BTreeMap<&str, String>) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for char in body.chars().chain([' ']) {
        if char.is_alphanumeric() || char == '_' {
            word.push(char);
            continue;
        }
        out.push_str(types.get(word.as_str()).map_or(word.as_str(), String::as_str));
        word.clear();
        out.push(char);
    }
    out
}
