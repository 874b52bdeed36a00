//! Turns a checked TypeScript program into one JavaScript function that the engine runs. `form` has already decided
//! what the result is.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use oxc_allocator::{Allocator, ArenaBox, ArenaVec, CloneIn, TakeIn};
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

use crate::compile::Place;
use crate::form::{Form, Passing};
use crate::lines::Lines;
use crate::source_map::{self, Mapping};

/// The code for the engine, and its source map to the author's text.
pub(crate) struct Emitted {
    pub(crate) javascript: String,
    pub(crate) source_map: Vec<u8>,
    /// The function that the last line calls.
    pub(crate) called: Option<Place>,
}

/// Removes types and compiles enums, namespaces and parameter properties to JavaScript. Newer JavaScript syntax is not
/// rewritten.
pub(crate) fn strip_types<'a>(allocator: &'a Allocator, program: &mut Program<'a>, scoping: Scoping) -> Diagnostics {
    let options = TransformOptions::default();
    Transformer::new(allocator, Path::new("script.ts"), &options).build_with_scoping(scoping, program).diagnostics
}

pub(crate) fn emit<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    form: &Form,
    names: &Names,
    lines: &Lines,
) -> Emitted {
    let made = AstBuilder::new(allocator);
    mark_throws(program, allocator, &made, names, lines);
    take_result(program, allocator, &made, form, names);
    let (body, source_map) = print(program, lines);
    let called = called(form).map(|span| lines.span(span));
    Emitted { javascript: wrap(&body, form, names), source_map, called }
}

/// Names for what the compiler adds, chosen so that the script does not use them.
pub(crate) struct Names {
    thrown: String,
    result: String,
}

impl Names {
    pub(crate) fn unused_in(scoping: &Scoping) -> Self {
        let used =
            || scoping.symbol_names().chain(scoping.root_unresolved_references().keys().map(|name| name.as_str()));
        Self { thrown: unused("thrown", used()), result: unused("result", used()) }
    }
}

/// Returns `name`, with the first of the suffixes `_`, `_2`, `_3`, … that makes it unused if the script uses it.
fn unused<'n>(name: &str, used: impl Iterator<Item = &'n str>) -> String {
    let used: HashSet<&str> = used.filter_map(|used| used.strip_prefix(name)).collect();
    let suffixes = ["", "_"].map(str::to_owned).into_iter().chain((2..).map(|number: u32| format!("_{number}")));
    let free = suffixes.into_iter().find(|suffix| !used.contains(suffix.as_str()));
    name.to_owned() + &free.unwrap_or_default()
}

/// Number of lines that `wrap` puts before the body.
const LINES_BEFORE_BODY: u32 = 1;

/// Puts the body in a block of its own, so that it can declare `tools` and `input` itself.
fn wrap(body: &str, form: &Form, names: &Names) -> String {
    let thrown = &names.thrown;
    let tail = tail(form, names);
    format!("(async (tools, input, {thrown}) => {{ \"use strict\"; {{\n{body}{tail}}} }})")
}

fn tail(form: &Form, names: &Names) -> String {
    let result = &names.result;
    match form {
        Form::Named(name, _, passing) => format!("return {name}{};\n", arguments(*passing)),
        Form::Default(_, Some(passing)) | Form::Expression(_, passing) => {
            format!("return {result}{};\n", arguments(*passing))
        }
        Form::Default(..) => format!("return typeof {result} === \"function\" ? {result}(input) : {result};\n"),
        Form::Body | Form::Text | Form::Value(_) => String::new(),
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

/// Removes exports, and adds the `return` or the name of the result.
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
    if let (Form::Text, Some(text)) = (form, program.directives.last()) {
        let value = Expression::StringLiteral(ArenaBox::new_in(text.expression.clone_in(allocator), made));
        program.body.push(Statement::new_return_statement(text.span, Some(value), made));
    }
    if let Form::Default(span, None) = form {
        let exported = exported_value(program.source_text, *span);
        let exported = exported.map(|name| Expression::new_identifier(*span, allocator.alloc_str(name) as &str, made));
        program.body.extend(exported.map(|value| constant(result, value, made)));
    }
}

/// Returns `name` from `export { name as default }`; `None` for `export default …`.
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

/// Builds `const name = value;`.
fn constant<'a>(name: &'a str, value: Expression<'a>, made: &AstBuilder<'a>) -> Statement<'a> {
    let span = value.span();
    let id = BindingPattern::new_binding_identifier(span, name, made);
    let variable = VariableDeclarator::new(span, id, None, Some(value), false, made);
    let variables = ArenaVec::from_array_in([variable], made);
    Statement::new_variable_declaration(span, VariableDeclarationKind::Const, variables, false, made)
}

/// Marks the places of `throw` statements. Most throw a new error, which records its place; any other value is passed
/// to the engine's `thrown` function with the place of the `throw`.
fn mark_throws<'a>(
    program: &mut Program<'a>,
    allocator: &'a Allocator,
    made: &AstBuilder<'a>,
    names: &Names,
    lines: &Lines,
) {
    if !program.source_text.contains("throw") {
        return;
    }
    let mut marker = ThrowMarker { made, lines, thrown: allocator.alloc_str(&names.thrown) };
    marker.visit_program(program);
}

struct ThrowMarker<'m, 'a> {
    made: &'m AstBuilder<'a>,
    lines: &'m Lines,
    thrown: &'a str,
}

impl<'a> VisitMut<'a> for ThrowMarker<'_, 'a> {
    fn visit_throw_statement(&mut self, throw: &mut ThrowStatement<'a>) {
        walk_mut::walk_throw_statement(self, throw);
        if is_new_error(&throw.argument) {
            return;
        }
        let (line, column) = self.lines.at(throw.span.start);
        let value = throw.argument.take_in(self.made);
        throw.argument = self.call(throw.span, value, [line, column]);
    }
}

/// Checks whether an expression constructs a class whose name ends in `Error`. Other new objects do not record a place.
fn is_new_error(thrown: &Expression<'_>) -> bool {
    let Expression::NewExpression(made) = thrown else { return false };
    let class = match &made.callee {
        Expression::Identifier(class) => class.name.as_str(),
        Expression::StaticMemberExpression(class) => class.property.name.as_str(),
        _ => "",
    };
    class.ends_with("Error")
}

impl<'a> ThrowMarker<'_, 'a> {
    /// Builds `thrown(value, line, column)`.
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

fn print(program: &Program<'_>, lines: &Lines) -> (String, Vec<u8>) {
    let options = CodegenOptions {
        comments: CommentOptions::disabled(),
        indent_char: IndentChar::Space,
        indent_width: 1,
        source_map_path: Some(PathBuf::new()),
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(program);
    let printed_lines = Lines::new(&printed.code);
    let tokens = printed.map.iter().flat_map(|map| map.get_tokens());
    let mut mappings: Vec<Mapping> = tokens
        .filter_map(|token| {
            let (line, column) = printed_lines.of_source_map(token.get_dst_line(), token.get_dst_col())?;
            let (author_line, author_column) = lines.of_source_map(token.get_src_line(), token.get_src_col())?;
            Some(Mapping { line: line + LINES_BEFORE_BODY, column, author_line, author_column })
        })
        .collect();
    mappings.sort_by_key(|mapping| (mapping.line, mapping.column));
    (printed.code, source_map::pack(mappings))
}
