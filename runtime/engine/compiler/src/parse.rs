//! Parses a text into a checked syntax tree, or reports its syntax errors. Does not interpret the script.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Program, Statement};
use oxc_ast::builder::AstBuilder;
use oxc_diagnostics::{OxcDiagnostic, Severity};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan, LabeledSpan, SourceType, Span};

use crate::compile::{Code, Diagnostic};
use crate::diagnostics::Diagnostics;
use crate::lines::Lines;

pub(crate) fn parse<'a>(allocator: &'a Allocator, text: &'a str) -> Result<Program<'a>, Diagnostics> {
    let parsed = parser(allocator, text).parse();
    if !parsed.diagnostics.has_errors() && !parsed.panicked {
        return Ok(parsed.program);
    }
    expression(allocator, text).ok_or_else(|| readable(&parsed.diagnostics, &Lines::new(text)))
}

/// Returns the symbols of a program and its semantic errors.
pub(crate) fn analyse(program: &Program<'_>, lines: &Lines) -> (Scoping, Diagnostics) {
    let analysed = SemanticBuilder::new_compiler().with_enum_eval(true).build(program);
    let diagnostics = readable(&analysed.diagnostics, lines);
    (analysed.semantic.into_scoping(), diagnostics)
}

pub(crate) fn readable(found: &oxc_diagnostics::Diagnostics, lines: &Lines) -> Diagnostics {
    let errors = found.iter().filter(|found| found.severity == Severity::Error);
    Diagnostics::of(errors, |error| translate(error, lines))
}

fn parser<'a>(allocator: &'a Allocator, text: &'a str) -> Parser<'a> {
    let options =
        ParseOptions { allow_return_outside_function: true, preserve_parens: false, ..ParseOptions::default() };
    Parser::new(allocator, text, SourceType::ts().with_module(true)).with_options(options)
}

/// Parses the whole script as one expression: an anonymous function or an object literal is not a statement, but models
/// write it as the value.
fn expression<'a>(allocator: &'a Allocator, text: &'a str) -> Option<Program<'a>> {
    let trimmed = text.trim_end().trim_end_matches(';');
    let first = trimmed.trim_start();
    if !["function", "async", "{", "//", "/*"].iter().any(|start| first.starts_with(start)) {
        return None;
    }
    let value = parser(allocator, trimmed).parse_expression().ok()?;
    let builder = AstBuilder::new(allocator);
    let mut program = parser(allocator, "").parse().program;
    program.source_text = text;
    program.span = Span::new(0, u32::try_from(text.len()).ok()?);
    program.body.push(Statement::new_expression_statement(value.span(), value, &builder));
    Some(program)
}

fn translate(error: &OxcDiagnostic, lines: &Lines) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::Syntax, sentence(&error.message));
    // The last label is at the error; an earlier one marks what it conflicts with.
    let here = error.labels.iter().max_by_key(|label| label.offset());
    let diagnostic = Diagnostic { place: here.map(|label| lines.span(label.span())), ..diagnostic };
    let help = error.help.as_deref().map(advice);
    let clash = error.labels.iter().filter(|label| Some(*label) != here).find_map(|label| elsewhere(label, lines));
    let hints: Vec<String> = [help, clash].into_iter().flatten().collect();
    if hints.is_empty() { diagnostic } else { diagnostic.hint(hints.join(" ")) }
}

/// Formats a label, as in "See 3:7: opened here."
fn elsewhere(label: &LabeledSpan, lines: &Lines) -> Option<String> {
    let said = label.label()?;
    let (line, column) = lines.at(label.span().start);
    Some(format!("See {line}:{column}: {}.", sentence(said)))
}

/// Lowercases the first letter and removes the full stop.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    let Some(first) = chars.next() else { return String::new() };
    let rest = chars.as_str();
    let is_name = rest.chars().next().is_some_and(char::is_uppercase);
    if is_name { message.to_owned() } else { first.to_lowercase().chain(rest.chars()).collect() }
}

/// Makes a complete sentence of a help text.
fn advice(help: &str) -> String {
    let help = help.trim();
    let mut chars = help.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let stop = if help.ends_with(['.', '!', '?']) { "" } else { "." };
    first.chain(chars.as_str().chars()).chain(stop.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u32, u32)]) {
        let allocator = Allocator::new();
        let found = match parse(&allocator, text) {
            Err(found) => found,
            Ok(program) => analyse(&program, &Lines::new(text)).1,
        };
        let (found, _) = found.into_parts();
        let places: Vec<_> = found.iter().filter_map(|d| d.place).map(|p| (p.line, p.column)).collect();
        assert_eq!(places, expected, "{text:?}: {found:?}");
    }

    #[test]
    fn correct_text_has_no_diagnostics() {
        check("return await 1", &[]);
        check("async function () { return 1 }", &[]);
        check("{ a: 1, b: 2 };", &[]);
        check("enum E { A } ; const x = <E>1 as unknown satisfies unknown; return x!", &[]);
        check("for await (const x of y) {}", &[]);
    }

    #[test]
    fn mistakes_have_the_authors_place() {
        check("const a = 1;\n\n\n\n\n\nconst b = ;", &[(7, 11)]);
        check("const s = '😀'; let = ;", &[(1, 22)]);
        check("const a = 1;\r\n\tconst a = 2;\r\nlet b; let b;", &[(2, 8), (3, 12)]);
        check("if (x) {\n  foo(\n", &[(3, 1)]);
        check("a; }", &[(1, 4)]);
        check("'abc", &[(1, 1)]);
    }

    #[test]
    fn words_are_readable() {
        let allocator = Allocator::new();
        let text = "let a;\nlet a;";
        let program = parse(&allocator, text).unwrap_or_else(|wrong| panic!("{:?}", wrong.into_parts()));
        let (found, _) = analyse(&program, &Lines::new(text)).1.into_parts();
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(found.message, "identifier `a` has already been declared");
        assert!(found.hint.as_deref().is_some_and(|hint| hint.contains("See 1:5")), "{found:?}");
    }
}
