//! Decides which part of a script is its result and, if that is a function, how to call it. Only reads the syntax tree;
//! `emit` rewrites it.
//!
//! In order of precedence: an `export default`; a `return` outside functions; a function that is the whole script; a
//! function `main`, then `run`, that the script does not use itself; the last expression.

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportDefaultDeclarationKind, Expression, FormalParameters, ModuleExportName, Program,
    Statement,
};
use oxc_semantic::{ReferenceId, Scoping, SymbolId};
use oxc_span::Span;

/// Where the result of a script comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// From the script's own `return`, or there is no result.
    Body,
    /// The script is only a string.
    Text,
    /// From the expression statement at this span.
    Value(Span),
    /// From calling the function that is the expression statement at this span.
    Expression(Span, Passing),
    /// From calling the top-level function of this name, whose name is at this span.
    Named(String, Span, Passing),
    /// From `export default`: a function is called, anything else is the value.
    Default(Span, Option<Passing>),
}

/// The arguments of the script's function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    /// `(input)`
    Input,
    /// `(input, tools)`
    InputTools,
    /// `(tools, input)`
    ToolsInput,
    /// `({ tools, input })`
    Bundle,
}

/// A script's form, with the parameters of the function that is called.
pub(crate) struct Decision<'p, 'a> {
    pub(crate) form: Form,
    pub(crate) parameters: Option<&'p FormalParameters<'a>>,
}

impl<'p, 'a> Decision<'p, 'a> {
    /// Returns the parameters of the function that is called, and its arguments.
    pub(crate) fn entry(&self) -> Option<(&'p FormalParameters<'a>, Passing)> {
        let passing = match &self.form {
            Form::Named(_, _, passing) | Form::Expression(_, passing) => Some(*passing),
            Form::Default(_, passing) => *passing,
            Form::Body | Form::Text | Form::Value(_) => None,
        };
        self.parameters.zip(passing)
    }
}

pub(crate) fn decide<'p, 'a>(program: &'p Program<'a>, scoping: &Scoping) -> Decision<'p, 'a> {
    let top = Top { program, scoping };
    top.exported_default()
        .or_else(|| returns(&program.body).then(|| decision(Form::Body, None)))
        .or_else(|| top.whole_script())
        .or_else(|| top.entry("main"))
        .or_else(|| top.entry("run"))
        .or_else(|| top.last_expression())
        .unwrap_or_else(|| decision(top.without_statements(), None))
}

fn decision<'p, 'a>(form: Form, parameters: Option<&'p FormalParameters<'a>>) -> Decision<'p, 'a> {
    Decision { form, parameters }
}

/// A function declared at the top level.
struct Declared<'p, 'a> {
    name: &'p str,
    span: Span,
    symbol: Option<SymbolId>,
    parameters: &'p FormalParameters<'a>,
    scope: Option<oxc_semantic::ScopeId>,
}

impl<'p, 'a> Declared<'p, 'a> {
    fn called(&self) -> Decision<'p, 'a> {
        let form = Form::Named(self.name.to_owned(), self.span, passing(self.parameters));
        decision(form, Some(self.parameters))
    }
}

/// The top level of a script.
struct Top<'p, 'a, 's> {
    program: &'p Program<'a>,
    scoping: &'s Scoping,
}

impl<'p, 'a> Top<'p, 'a, '_> {
    fn exported_default(&self) -> Option<Decision<'p, 'a>> {
        self.program.body.iter().find_map(|statement| match statement {
            Statement::ExportDefaultDeclaration(export) => self.default_of(&export.declaration, export.span),
            Statement::ExportNamedDeclaration(export) => {
                let specifier = export.specifiers.iter().find(|it| it.exported.name() == "default")?;
                let function = self.declared(specifier.local.name().as_str());
                Some(
                    function.map_or_else(
                        || decision(Form::Default(specifier.span, None), None),
                        |function| function.called(),
                    ),
                )
            }
            _ => None,
        })
    }

    fn default_of(&self, kind: &'p ExportDefaultDeclarationKind<'a>, span: Span) -> Option<Decision<'p, 'a>> {
        let parameters = match kind {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    let form = Form::Named(id.name.to_string(), id.span, passing(&function.params));
                    return Some(decision(form, Some(&function.params)));
                }
                Some(&*function.params)
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return None,
            kind => kind.as_expression().and_then(|value| self.parameters_of(value)),
        };
        Some(decision(Form::Default(span, parameters.map(passing)), parameters))
    }

    /// Handles a script that is a single function of any name.
    fn whole_script(&self) -> Option<Decision<'p, 'a>> {
        let mut statements = self.program.body.iter().filter(|statement| runs(statement));
        let (only, None) = (statements.next()?, statements.next()) else { return None };
        if let Statement::ExpressionStatement(statement) = only {
            let parameters = function(&statement.expression)?;
            return Some(decision(Form::Expression(statement.span, passing(parameters)), Some(parameters)));
        }
        let declared = function_declaration(only)?;
        (!self.is_mentioned(&declared)).then(|| declared.called())
    }

    fn entry(&self, name: &str) -> Option<Decision<'p, 'a>> {
        let declared = self.declared(name)?;
        (!self.is_mentioned(&declared)).then(|| declared.called())
    }

    fn last_expression(&self) -> Option<Decision<'p, 'a>> {
        let last = self.program.body.iter().rfind(|statement| runs(statement))?;
        let Statement::ExpressionStatement(statement) = last else { return None };
        let value = statement.expression.get_inner_expression();
        if let Some(parameters) = self.parameters_of(value) {
            return Some(decision(Form::Expression(statement.span, passing(parameters)), Some(parameters)));
        }
        Some(decision(Form::Value(statement.span), None))
    }

    fn without_statements(&self) -> Form {
        let is_text = self.program.body.is_empty() && !self.program.directives.is_empty();
        if is_text { Form::Text } else { Form::Body }
    }

    /// Returns the parameters of a function expression, or of the top-level function that `value` names.
    fn parameters_of(&self, value: &'p Expression<'a>) -> Option<&'p FormalParameters<'a>> {
        match value.get_inner_expression() {
            Expression::Identifier(name) => self.declared(name.name.as_str()).map(|declared| declared.parameters),
            value => function(value),
        }
    }

    fn declared(&self, name: &str) -> Option<Declared<'p, 'a>> {
        self.program.body.iter().find_map(|statement| {
            function_declaration(statement)
                .or_else(|| function_variable(statement, name))
                .filter(|declared| declared.name == name)
        })
    }

    /// Checks whether anything outside the function, other than an export, uses its name.
    fn is_mentioned(&self, declared: &Declared<'p, 'a>) -> bool {
        let Some(symbol) = declared.symbol else { return false };
        let exported = exported_references(self.program);
        self.scoping.get_resolved_reference_ids(symbol).iter().any(|id| {
            let reference = self.scoping.get_reference(*id);
            let within = declared.scope.is_some_and(|scope| {
                self.scoping.scope_ancestors(reference.scope_id()).any(|ancestor| ancestor == scope)
            });
            reference.is_value() && !within && !exported.contains(id)
        })
    }
}

fn exported_references(program: &Program<'_>) -> Vec<ReferenceId> {
    let exports = program.body.iter().filter_map(|statement| match statement {
        Statement::ExportNamedDeclaration(export) => Some(export),
        _ => None,
    });
    let locals = exports.flat_map(|export| export.specifiers.iter().map(|specifier| &specifier.local));
    locals
        .filter_map(|local| match local {
            ModuleExportName::IdentifierReference(reference) => reference.reference_id.get(),
            _ => None,
        })
        .collect()
}

/// Returns the parameters of a function expression.
fn function<'p, 'a>(value: &'p Expression<'a>) -> Option<&'p FormalParameters<'a>> {
    match value.get_inner_expression() {
        Expression::ArrowFunctionExpression(arrow) => Some(&arrow.params),
        Expression::FunctionExpression(function) => Some(&function.params),
        _ => None,
    }
}

fn declaration<'p, 'a>(statement: &'p Statement<'a>) -> Option<&'p Declaration<'a>> {
    match statement {
        Statement::ExportDeclaration(export) => Some(&export.declaration),
        statement => statement.as_declaration(),
    }
}

fn function_declaration<'p, 'a>(statement: &'p Statement<'a>) -> Option<Declared<'p, 'a>> {
    let Declaration::FunctionDeclaration(function) = declaration(statement)? else { return None };
    let id = function.id.as_ref()?;
    function.body.as_ref()?;
    Some(Declared {
        name: id.name.as_str(),
        span: id.span,
        symbol: id.symbol_id.get(),
        parameters: &function.params,
        scope: function.scope_id.get(),
    })
}

fn function_variable<'p, 'a>(statement: &'p Statement<'a>, name: &str) -> Option<Declared<'p, 'a>> {
    let Declaration::VariableDeclaration(variables) = declaration(statement)? else { return None };
    variables.declarations.iter().find_map(|variable| {
        let BindingPattern::BindingIdentifier(id) = &variable.id else { return None };
        let init = variable.init.as_ref()?.get_inner_expression();
        let scope = match init {
            Expression::ArrowFunctionExpression(arrow) => arrow.scope_id.get(),
            Expression::FunctionExpression(function) => function.scope_id.get(),
            _ => None,
        };
        let parameters = function(init)?;
        let declared =
            Declared { name: id.name.as_str(), span: id.span, symbol: id.symbol_id.get(), parameters, scope };
        (declared.name == name).then_some(declared)
    })
}

/// Infers the arguments from the parameter names that models use.
fn passing(parameters: &FormalParameters<'_>) -> Passing {
    let mut items = parameters.items.iter().map(|item| &item.pattern);
    match (items.next(), items.next()) {
        (Some(BindingPattern::ObjectPattern(pattern)), _) if takes_bundle(pattern) => Passing::Bundle,
        (Some(first), _) if is_named(first, "tools") => Passing::ToolsInput,
        (_, Some(second)) if is_named(second, "tools") => Passing::InputTools,
        _ => Passing::Input,
    }
}

fn takes_bundle(pattern: &oxc_ast::ast::ObjectPattern<'_>) -> bool {
    let mut keys = pattern.properties.iter().filter_map(|property| property.key.static_name());
    keys.any(|key| key == "tools" || key == "input")
}

fn is_named(pattern: &BindingPattern<'_>, name: &str) -> bool {
    match pattern {
        BindingPattern::BindingIdentifier(id) => id.name == name,
        BindingPattern::AssignmentPattern(with_default) => is_named(&with_default.left, name),
        _ => false,
    }
}

/// Checks whether a statement leaves any code once types are removed.
fn runs(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::EmptyStatement(_) | Statement::ImportDeclaration(_) | Statement::ExportNamedDeclaration(_) => false,
        statement => !declaration(statement).is_some_and(|declaration| {
            declaration.declare()
                || matches!(
                    declaration,
                    Declaration::TSTypeAliasDeclaration(_) | Declaration::TSInterfaceDeclaration(_)
                )
        }),
    }
}

/// Checks for a `return` outside functions.
fn returns(statements: &[Statement<'_>]) -> bool {
    statements.iter().any(statement_returns)
}

fn statement_returns(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ReturnStatement(_) => true,
        Statement::BlockStatement(block) => returns(&block.body),
        Statement::IfStatement(branch) => {
            statement_returns(&branch.consequent) || branch.alternate.as_ref().is_some_and(statement_returns)
        }
        Statement::ForStatement(r#loop) => statement_returns(&r#loop.body),
        Statement::ForInStatement(r#loop) => statement_returns(&r#loop.body),
        Statement::ForOfStatement(r#loop) => statement_returns(&r#loop.body),
        Statement::WhileStatement(r#loop) => statement_returns(&r#loop.body),
        Statement::DoWhileStatement(r#loop) => statement_returns(&r#loop.body),
        Statement::LabeledStatement(labeled) => statement_returns(&labeled.body),
        Statement::SwitchStatement(switch) => switch.cases.iter().any(|case| returns(&case.consequent)),
        Statement::TryStatement(attempt) => {
            returns(&attempt.block.body)
                || attempt.handler.as_ref().is_some_and(|handler| returns(&handler.body.body))
                || attempt.finalizer.as_ref().is_some_and(|finalizer| returns(&finalizer.body))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use oxc_allocator::Allocator;

    use super::*;
    use crate::lines::Lines;
    use crate::parse;

    fn check(text: &str, expected: &str) {
        let allocator = Allocator::new();
        let program = parse::parse(&allocator, text).unwrap_or_else(|wrong| panic!("{text}: {:?}", wrong.into_parts()));
        let (scoping, errors) = parse::analyse(&program, &Lines::new(text));
        assert!(errors.is_empty(), "{text}: {:?}", errors.into_parts());
        let at = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let shown = match decide(&program, &scoping).form {
            Form::Body => "body".to_owned(),
            Form::Text => "text".to_owned(),
            Form::Value(span) => format!("value {}", at(span)),
            Form::Expression(span, passing) => format!("call {} {passing:?}", at(span)),
            Form::Named(name, _, passing) => format!("named {name} {passing:?}"),
            Form::Default(_, passing) => format!("default {passing:?}"),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_return_is_the_result() {
        check("return 1", "body");
        check("if (x) { return 1 } 2", "body");
        check("for (const x of y) try { return x } finally {} ; 2", "body");
        check("async function main() {} return main()", "body");
        check("const a = 1", "body");
        check("1; if (x) { 2 }", "body");
    }

    #[test]
    fn a_last_expression_is_the_result() {
        check("const a = 1; a + 1", "value a + 1");
        check("a; type T = 1; interface I {}", "value a;");
        check("(async () => { return 1 })()", "value (async () => { return 1 })()");
        check("async function main() {} main().then(console.log);", "value main().then(console.log);");
        check("const f = () => 1; await f()", "value await f()");
        check("'only'", "text");
        check("'use strict'; 1", "value 1");
        check("({ a: 1 }) as const", "value ({ a: 1 }) as const");
    }

    #[test]
    fn one_function_is_called() {
        check("async () => 1", "call async () => 1 Input");
        check("(async (input) => 1);", "call (async (input) => 1); Input");
        check("async function (a) {}", "call async function (a) {} Input");
        check("({ tools, input }) => 1", "call ({ tools, input }) => 1 Bundle");
        check("(tools) => 1", "call (tools) => 1 ToolsInput");
        check("(tools, input) => 1", "call (tools, input) => 1 ToolsInput");
        check("(input, tools) => 1", "call (input, tools) => 1 InputTools");
        check("(input = {}, tools: any) => 1", "call (input = {}, tools: any) => 1 InputTools");
        check("interface I {} (async () => 1) satisfies I", "call (async () => 1) satisfies I Input");
        check("function collect({ city }) {}", "named collect Input");
    }

    #[test]
    fn main_and_run_are_called_unless_the_script_does() {
        check("const x = 1; async function run() {}", "named run Input");
        check("function run() {} function main(tools) {}", "named main ToolsInput");
        check("const run = async ({ input }) => 1; const x = 2", "named run Bundle");
        check("function main(n) { return main(n - 1) } 3", "named main Input");
        check("export async function run() {} console.log(1)", "named run Input");
        check("function main() {} export { main }", "named main Input");
        check("function main() {} await main()", "value await main()");
        check("function main() {} const r = main(); type T = typeof main;", "body");
        check("const main = 5; main", "value main");
        check("const handler = () => 1; handler", "call handler Input");
    }

    #[test]
    fn export_default_comes_first() {
        check("export default async (input) => 1", "default Some(Input)");
        check("export default function ({ tools }) {}", "default Some(Bundle)");
        check("export default async function fetchAll() {}", "named fetchAll Input");
        check("export default 5; return 1", "default None");
        check("const f = (tools) => 1; export default f", "default Some(ToolsInput)");
        check("function f() {} export { f as default }", "named f Input");
        check("const f = 1; export { f as default }", "default None");
        check("export default interface I {} 1", "value 1");
    }
}
