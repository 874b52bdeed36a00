//! From a checked TypeScript program to one JavaScript function that the engine runs. Decides
//! nothing: `form` has said what the result is.

use std::path::{Path, PathBuf};

use oxc_allocator::{Allocator, ArenaVec, TakeIn};
use oxc_ast::ast::{
    Argument, BindingIdentifier, BindingPattern, Declaration, ExportDefaultDeclarationKind, Expression, Program,
    Statement, ThrowStatement, VariableDeclarationKind, VariableDeclarator,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions, IndentChar};
use oxc_diagnostics::Diagnostics;
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::number::NumberBase;
use oxc_transformer::{TransformOptions, Transformer};

use super::form::{Form, Passing};
use super::lines::Lines;

/// What the engine is given, and how its lines lead back to the author's.
pub(super) struct Emitted {
    pub(super) javascript: String,
    /// Sorted by generated position; the line counted in `javascript`.
    pub(super) mappings: Vec<Mapping>,
    /// The function that the last line calls.
    pub(super) called: Option<Span>,
}

/// Generated line and column, and the author's; all from 0, columns in UTF-16 units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mapping {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) author_line: u32,
    pub(super) author_column: u32,
}

/// Types, enums, namespaces and parameter properties become JavaScript; nothing newer is rewritten.
pub(super) fn strip_types<'a>(allocator: &'a Allocator, program: &mut Program<'a>, scoping: Scoping) -> Diagnostics {
    let options = TransformOptions::default();
    Transformer::new(allocator, Path::new("script.ts"), &options).build_with_scoping(scoping, program).diagnostics
}

pub(super) fn emit<'a>(allocator: &'a Allocator, program: &mut Program<'a>, form: &Form, mapped: bool) -> Emitted {
    let text = program.source_text;
    let made = AstBuilder::new(allocator);
    let names = Names::unused_in(text);
    mark_throws(program, allocator, &made, &names);
    take_result(program, allocator, &made, form, &names);
    let (body, mappings) = print(program, mapped);
    Emitted { javascript: wrap(&body, program, form, &names), mappings, called: called(form) }
}

/// Names for what the compiler adds, which the script does not use.
struct Names {
    thrown: String,
    result: String,
}

impl Names {
    fn unused_in(text: &str) -> Self {
        Self { thrown: unused(text, "thrown"), result: unused(text, "result") }
    }
}

fn unused(text: &str, name: &str) -> String {
    let mut name = name.to_owned();
    while text.contains(&name) {
        name.push('_');
    }
    name
}

/// How many lines `wrap` puts before the body.
const LINES_BEFORE_BODY: u32 = 1;

/// The body stands in a block of its own, so that it may declare `tools` and `input` itself.
fn wrap(body: &str, program: &Program<'_>, form: &Form, names: &Names) -> String {
    let thrown = &names.thrown;
    let tail = tail(program, form, names);
    format!("(async (tools, input, {thrown}) => {{ \"use strict\"; {{\n{body}{tail}}} }})")
}

fn tail(program: &Program<'_>, form: &Form, names: &Names) -> String {
    let result = &names.result;
    match form {
        Form::Named(name, _, passing) => format!("return {name}{};\n", arguments(*passing)),
        Form::Default(_, Some(passing)) | Form::Expression(_, passing) => {
            format!("return {result}{};\n", arguments(*passing))
        }
        Form::Default(..) => format!("return typeof {result} === \"function\" ? {result}(input) : {result};\n"),
        Form::Text => program
            .directives
            .last()
            .map(|text| format!("return {};\n", serde_json::Value::from(text.expression.value.as_str())))
            .unwrap_or_default(),
        Form::Body | Form::Value(_) => String::new(),
    }
}

fn arguments(passing: Passing) -> &'static str {
    match passing {
        Passing::Input => "(input)",
        Passing::InputTools => "(input, tools)",
        Passing::ToolsInput => "(tools, input)",
        Passing::Bundle => "({ tools, input })",
    }
}

fn called(form: &Form) -> Option<Span> {
    match form {
        Form::Named(_, span, _) | Form::Default(span, _) | Form::Expression(span, _) => Some(*span),
        Form::Body | Form::Text | Form::Value(_) => None,
    }
}

/// Takes exports off, and gives the result its `return` or its name.
fn take_result<'a>(
    program: &mut Program<'a>,
    allocator: &'a Allocator,
    made: &AstBuilder<'a>,
    form: &Form,
    names: &Names,
) {
    program.hashbang = None;
    let statements = program.body.take_in(made);
    let result = allocator.alloc_str(&names.result);
    let rewritten = statements.into_iter().filter_map(|statement| rewrite(statement, made, form, result));
    program.body = ArenaVec::from_iter_in(rewritten, made);
    if let Form::Default(span, None) = form {
        let exported = exported_value(program.source_text, *span);
        let exported = exported.map(|name| Expression::new_identifier(*span, allocator.alloc_str(name) as &str, made));
        program.body.extend(exported.map(|value| constant(result, value, made)));
    }
}

/// The `name` of `export { name as default }`, which is no statement of its own.
fn exported_value(text: &str, specifier: Span) -> Option<&str> {
    let text = text.get(specifier.start as usize..specifier.end as usize)?;
    let name = text.split_once(" as ")?.0.trim();
    (!text.starts_with("export")).then_some(name)
}

fn rewrite<'a>(statement: Statement<'a>, made: &AstBuilder<'a>, form: &Form, result: &'a str) -> Option<Statement<'a>> {
    match statement {
        Statement::ExportDeclaration(export) => Some(Statement::from(export.unbox().declaration)),
        Statement::ExportDefaultDeclaration(export) => name_default(export.unbox().declaration, made, result),
        Statement::ExportNamedDeclaration(_)
        | Statement::ImportDeclaration(_)
        | Statement::ExportFromDeclaration(_)
        | Statement::ExportAllDeclaration(_) => None,
        Statement::ExpressionStatement(statement) => {
            let statement = statement.unbox();
            let span = statement.span;
            Some(match form {
                Form::Value(value) if *value == span => {
                    Statement::new_return_statement(span, Some(statement.expression), made)
                }
                Form::Expression(value, _) if *value == span => constant(result, statement.expression, made),
                _ => Statement::new_expression_statement(span, statement.expression, made),
            })
        }
        other => Some(other),
    }
}

fn name_default<'a>(
    kind: ExportDefaultDeclarationKind<'a>,
    made: &AstBuilder<'a>,
    result: &'a str,
) -> Option<Statement<'a>> {
    match kind {
        ExportDefaultDeclarationKind::FunctionDeclaration(mut function) => {
            let span = function.span;
            function.id.get_or_insert_with(|| BindingIdentifier::new(span, result, made));
            Some(Statement::from(Declaration::FunctionDeclaration(function)))
        }
        ExportDefaultDeclarationKind::ClassDeclaration(_) | ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => {
            None
        }
        value => value.try_into().ok().map(|value: Expression<'a>| constant(result, value, made)),
    }
}

/// `const name = value;`
fn constant<'a>(name: &'a str, value: Expression<'a>, made: &AstBuilder<'a>) -> Statement<'a> {
    let span = value.span();
    let id = BindingPattern::new_binding_identifier(span, name, made);
    let variable = VariableDeclarator::new(span, id, None, Some(value), false, made);
    let variables = ArenaVec::from_array_in([variable], made);
    Statement::new_variable_declaration(span, VariableDeclarationKind::Const, variables, false, made)
}

/// Most thrown values are errors that know their place; any other is handed to the engine's
/// `thrown` with the place of its `throw`.
fn mark_throws<'a>(program: &mut Program<'a>, allocator: &'a Allocator, made: &AstBuilder<'a>, names: &Names) {
    if !program.source_text.contains("throw") {
        return;
    }
    let lines = Lines::new(program.source_text);
    let mut marker = ThrowMarker { made, lines, thrown: allocator.alloc_str(&names.thrown) };
    marker.visit_program(program);
}

struct ThrowMarker<'m, 'a> {
    made: &'m AstBuilder<'a>,
    lines: Lines<'a>,
    thrown: &'a str,
}

impl<'a> VisitMut<'a> for ThrowMarker<'_, 'a> {
    fn visit_throw_statement(&mut self, throw: &mut ThrowStatement<'a>) {
        walk_mut::walk_throw_statement(self, throw);
        if matches!(throw.argument, Expression::NewExpression(_)) {
            return;
        }
        let (line, column) = self.lines.at(throw.span.start);
        let value = throw.argument.take_in(self.made);
        throw.argument = self.call(throw.span, value, [line, column]);
    }
}

impl<'a> ThrowMarker<'_, 'a> {
    /// `thrown(value, line, column)`
    fn call(&self, span: Span, value: Expression<'a>, place: [u32; 2]) -> Expression<'a> {
        let number = |n: u32| {
            let none = Span::new(0, 0);
            Argument::from(Expression::new_numeric_literal(none, f64::from(n), None, NumberBase::Decimal, self.made))
        };
        let [line, column] = place.map(number);
        let arguments = ArenaVec::from_array_in([Argument::from(value), line, column], self.made);
        let callee = Expression::new_identifier(span, self.thrown, self.made);
        Expression::new_call_expression(span, callee, None, arguments, false, self.made)
    }
}

fn print(program: &Program<'_>, mapped: bool) -> (String, Vec<Mapping>) {
    let options = CodegenOptions {
        comments: CommentOptions::disabled(),
        indent_char: IndentChar::Space,
        indent_width: 1,
        source_map_path: mapped.then(PathBuf::new),
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(program);
    let mut mappings: Vec<Mapping> = Vec::new();
    for token in printed.map.iter().flat_map(|map| map.get_tokens()) {
        mappings.push(Mapping {
            line: token.get_dst_line() + LINES_BEFORE_BODY,
            column: token.get_dst_col(),
            author_line: token.get_src_line(),
            author_column: token.get_src_col(),
        });
    }
    mappings.sort_by_key(|mapping| (mapping.line, mapping.column));
    (printed.code, mappings)
}
