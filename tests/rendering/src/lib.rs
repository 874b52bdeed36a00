//! What must hold for any JSON as a catalogue: the body of the tests here and of the fuzz target `catalogue`.

use std::collections::HashSet;
use std::sync::Arc;

use callbox_bindings::{
    Level, Rendering, Selection, Server, Shown, Stubs, Tool, count_tokens, declarations, identifiers,
};
use oxc_allocator::Allocator;
use oxc_ast::Comment;
use oxc_ast::ast::{Program, PropertyKey, Statement, TSSignature, TSType, TSTypeLiteral, VariableDeclaration};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType};
use serde_json::Value;

/// Budgets for nothing, a last line, some names, some detail, and a lot.
const BUDGETS: [usize; 7] = [0, 12, 40, 90, 160, 400, 2_000];

/// Reads any JSON as a server's answer to `tools/list`, dropping entries that are not tools.
///
/// `server` in an entry names its server, so that there can be several.
pub fn servers(json: &Value) -> Vec<Server> {
    let entries = match json {
        Value::Array(entries) => entries.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut servers: Vec<Server> = Vec::new();
    for entry in entries {
        let name = entry.get("server").and_then(Value::as_str).unwrap_or("s");
        let Ok(tool) = Tool::from_json(entry) else { continue };
        match servers.iter_mut().find(|server| server.name == name) {
            Some(server) => server.tools.push(Arc::new(tool)),
            None => servers.push(Server::new(name, vec![tool])),
        }
    }
    servers
}

/// Checks a catalogue at every level and within some budgets: the text is what it should be and nothing else.
pub fn check(servers: &[Server]) {
    let stubs = Stubs::read(servers);
    for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
        let whole = stubs.render(Selection::All, level);
        check_text(&whole, level, servers, true);
        check_budgets(&stubs, level, servers);
    }
    let full = stubs.render(Selection::All, Level::Full).text;
    assert_eq!(full, declarations(servers).0);
    check_descriptions(&full, servers);
}

fn check_budgets(stubs: &Stubs<'_>, level: Level, servers: &[Server]) {
    let mut before: Vec<Shown> = Vec::new();
    for tokens_max in BUDGETS {
        let fitted = stubs.render_within(Selection::All, level, tokens_max);
        assert!(count_tokens(&fitted.text) <= tokens_max, "{tokens_max}: {}", fitted.text);
        check_text(&fitted, level, servers, false);
        assert_no_less(&before, &fitted.tools);
        before = fitted.tools;
    }
}

/// Checks that no tool is shown with less than before.
pub fn assert_no_less(before: &[Shown], after: &[Shown]) {
    for less in before {
        let same = |more: &&Shown| {
            (&more.server, &more.tool) == (&less.server, &less.tool)
                && more.level >= less.level
                && (more.level > less.level || more.cut <= less.cut)
        };
        assert!(after.iter().any(|more| same(&more)), "{less:?} before, now {after:?}");
    }
}

fn check_text(rendering: &Rendering, level: Level, servers: &[Server], whole: bool) {
    let text = &rendering.text;
    assert!(text.chars().all(is_plain), "{text:?}");
    let all: usize = servers.iter().map(|server| server.tools.len()).sum();
    assert_eq!(rendering.tools.len() + rendering.left_out, all);
    match level {
        Level::Name | Level::Line => check_lines(rendering),
        Level::Signature | Level::Full => check_typescript(rendering, servers, whole),
    }
}

/// Whether a character is visible as what it is.
fn is_plain(char: char) -> bool {
    let control = char.is_control() && char != '\n' && char != '\t';
    let hidden = "\u{ad}\u{34f}\u{61c}\u{2028}\u{2029}\u{3164}\u{feff}\u{2800}";
    let ranges = [
        '\u{200b}'..='\u{200f}',
        '\u{202a}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    !control && !hidden.contains(char) && !ranges.iter().any(|range| range.contains(&char))
}

fn check_lines(rendering: &Rendering) {
    let rest = usize::from(rendering.left_out > 0 && !rendering.text.is_empty());
    assert_eq!(rendering.text.lines().count(), rendering.tools.len() + rest, "{}", rendering.text);
    let tools = rendering.text.lines().filter(|line| line.starts_with("tools.")).count();
    assert_eq!(tools, rendering.tools.len(), "{}", rendering.text);
}

fn check_typescript(rendering: &Rendering, servers: &[Server], whole: bool) {
    parsed(&rendering.text, |program| {
        let declared = rendering.tools.iter().filter(|tool| tool.level >= Level::Signature).count();
        let found = Found::of(program);
        assert_eq!(found.prelude, if whole || declared > 0 { 2 } else { 0 }, "{}", rendering.text);
        assert_eq!(found.tools.is_some(), whole || !rendering.tools.is_empty(), "{}", rendering.text);
        assert_eq!(found.types.iter().collect::<HashSet<_>>().len(), found.types.len(), "{}", rendering.text);
        let methods = found.tools.map(methods).unwrap_or_default();
        assert_eq!(methods.len(), declared, "{}", rendering.text);
        let known = known_names(servers);
        assert!(methods.iter().all(|method| known.contains(method)), "{}", rendering.text);
    });
}

/// Parses the text as TypeScript, without errors.
pub fn parsed<T>(text: &str, look: impl FnOnce(&Program<'_>) -> T) -> T {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::ts()).parse();
    assert!(!parsed.panicked && parsed.diagnostics.is_empty(), "{:?}\n{text}", parsed.diagnostics);
    assert!(parsed.program.directives.is_empty() && parsed.program.hashbang.is_none(), "{text}");
    look(&parsed.program)
}

/// Returns server and tool as identifiers.
fn known_names(servers: &[Server]) -> HashSet<(String, String)> {
    let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    let tools = |(server, identifier): (&Server, String)| {
        let names: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
        identifiers(&names).into_iter().map(move |tool| (identifier.clone(), tool)).collect::<Vec<_>>()
    };
    servers.iter().zip(identifiers(&names)).flat_map(tools).collect()
}

/// The top-level declarations of a text; anything else is a failure.
struct Found<'p, 'a> {
    /// `ToolError` and `input`.
    prelude: usize,
    types: Vec<&'p str>,
    tools: Option<&'p TSTypeLiteral<'a>>,
}

impl<'p, 'a> Found<'p, 'a> {
    fn of(program: &'p Program<'a>) -> Found<'p, 'a> {
        let mut found = Found { prelude: 0, types: Vec::new(), tools: None };
        for statement in &program.body {
            match statement {
                Statement::ClassDeclaration(class) => {
                    assert_eq!(class.id.as_ref().map(|id| id.name.as_str()), Some("ToolError"));
                    assert!(class.declare && class.decorators.is_empty());
                    found.prelude += 1;
                }
                Statement::VariableDeclaration(variables) => found.add_variable(variables),
                Statement::TSTypeAliasDeclaration(alias) => found.types.push(alias.id.name.as_str()),
                other => panic!("smuggled in: {}", other.span().source_text(program.source_text)),
            }
        }
        found
    }

    fn add_variable(&mut self, variables: &'p VariableDeclaration<'a>) {
        let [variable] = variables.declarations.as_slice() else { panic!("more than one variable") };
        assert!(variables.declare && variable.init.is_none());
        let annotation = variable.type_annotation.as_ref().map(|annotation| &annotation.type_annotation);
        match variable.id.get_identifier_name().as_ref().map(|name| name.as_str()) {
            Some("input") => self.prelude += 1,
            Some("tools") => {
                let Some(TSType::TSTypeLiteral(tools)) = annotation else { panic!("tools of another type") };
                assert!(self.tools.replace(tools).is_none(), "tools declared twice");
            }
            other => panic!("smuggled in: {other:?}"),
        }
    }
}

/// Returns server and tool of each method, in order.
fn methods(tools: &TSTypeLiteral<'_>) -> Vec<(String, String)> {
    let mut methods = Vec::new();
    for server in &tools.members {
        let TSSignature::TSPropertySignature(property) = server else { panic!("no server") };
        let annotation = property.type_annotation.as_ref().map(|annotation| &annotation.type_annotation);
        let Some(TSType::TSTypeLiteral(literal)) = annotation else { panic!("a server of another type") };
        assert!(property.readonly && !property.optional && !property.computed);
        for member in &literal.members {
            let TSSignature::TSMethodSignature(method) = member else { panic!("no method") };
            assert_eq!(method.params.items.len(), 1);
            methods.push((name(&property.key), name(&method.key)));
        }
    }
    methods
}

fn name(key: &PropertyKey<'_>) -> String {
    match key {
        PropertyKey::StaticIdentifier(identifier) => identifier.name.to_string(),
        other => panic!("no identifier: {other:?}"),
    }
}

/// Checks that each tool's whole description is in the comment before its method.
fn check_descriptions(text: &str, servers: &[Server]) {
    let mut methods: Vec<(String, String)> = Vec::new();
    parsed(text, |program| {
        let Some(tools) = Found::of(program).tools else { return };
        let signatures = tools.members.iter().filter_map(|server| match server {
            TSSignature::TSPropertySignature(property) => property.type_annotation.as_ref(),
            _ => None,
        });
        for signature in signatures {
            let TSType::TSTypeLiteral(literal) = &signature.type_annotation else { continue };
            for member in &literal.members {
                let TSSignature::TSMethodSignature(method) = member else { continue };
                let comment = program.comments.iter().find(|comment| comment.attached_to == member.span().start);
                let words = comment.map(|comment: &Comment| comment.content_span().source_text(program.source_text));
                methods.push((name(&method.key), letters(words.unwrap_or_default())));
            }
        }
    });
    for server in servers {
        for tool in &server.tools {
            let said = letters(tool.description.as_deref().unwrap_or_default());
            assert!(methods.iter().any(|(_, words)| words.contains(&said)), "{said} is not in {methods:?}");
        }
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).collect()
}
