//! Collects from a syntax tree what the host must know before the script runs: the tools it names, unsupported syntax,
//! and its depth. Does not check whether the names exist.

use std::collections::HashMap;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    BinaryExpression, BindingPattern, CallExpression, ComputedMemberExpression, Decorator, ExportAllDeclaration,
    ExportDefaultDeclaration, ExportDefaultDeclarationKind, ExportFromDeclaration, Expression, FormalParameters,
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, ImportExpression, ImportMeta, ObjectPattern,
    StaticMemberExpression, StringLiteral, TSExportAssignment, TSImportEqualsDeclaration, TSModuleReference,
    TSTypeQuery, VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::BinaryOperator;

use crate::compile::Code;
use crate::form::Passing;

/// What the survey found in a script.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) names: Names,
    pub(crate) uses: Vec<Use>,
    pub(crate) dynamic: bool,
    pub(crate) refusals: Vec<Refusal>,
    /// Deepest nesting of syntax nodes, and where it is.
    pub(crate) depth: (u32, Span),
}

/// Distinct names: a script may use a long name many times.
#[derive(Default)]
pub(crate) struct Names {
    list: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }

    pub(crate) fn into_list(self) -> Vec<String> {
        self.list
    }
}

/// A server, or a tool of a server, named in the script, as indexes into the names.
pub(crate) struct Use {
    pub(crate) server: u32,
    pub(crate) tool: Option<u32>,
    pub(crate) span: Span,
    pub(crate) probed: bool,
}

/// Syntax that is not allowed in a script.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: &'static str,
    pub(crate) hint: &'static str,
}

pub(crate) fn survey<'a>(
    program: &oxc_ast::ast::Program<'a>,
    scoping: &Scoping,
    entry: Option<(&FormalParameters<'a>, Passing)>,
) -> Findings {
    let mut surveyor = Surveyor { scoping, origins: HashMap::new(), findings: Findings::default(), depth: 0 };
    if let Some((parameters, passing)) = entry {
        surveyor.parameters(parameters, passing);
    }
    surveyor.visit_program(program);
    surveyor.findings
}

/// The object that a value was read from.
#[derive(Clone, Copy)]
enum Origin {
    Tools,
    /// By index into the names.
    Server(u32),
}

struct Surveyor<'s> {
    scoping: &'s Scoping,
    /// Constants that hold `tools` or one of its servers.
    origins: HashMap<SymbolId, Origin>,
    findings: Findings,
    depth: u32,
}

const ONLY_TOOLS: &str = "Use `tools`, `input` and the built-ins of JavaScript; nothing else can be loaded.";

impl Surveyor<'_> {
    fn refuse(&mut self, code: Code, span: Span, message: &'static str, hint: &'static str) {
        self.findings.refusals.push(Refusal { code, span, message, hint });
    }

    fn parameters(&mut self, parameters: &FormalParameters<'_>, passing: Passing) {
        let mut patterns = parameters.items.iter().map(|item| &item.pattern);
        match passing {
            Passing::Input => {}
            Passing::InputTools => {
                if let Some(second) = patterns.nth(1) {
                    self.bind(second, &Origin::Tools);
                }
            }
            Passing::ToolsInput => {
                if let Some(first) = patterns.next() {
                    self.bind(first, &Origin::Tools);
                }
            }
            Passing::Bundle => {
                let Some(BindingPattern::ObjectPattern(bundle)) = patterns.next() else { return };
                let mut properties = bundle.properties.iter();
                if let Some(tools) = properties.find(|property| property.key.is_specific_id("tools")) {
                    self.bind(&tools.value, &Origin::Tools);
                }
            }
        }
    }

    /// Follows `pattern = origin`.
    fn bind(&mut self, pattern: &BindingPattern<'_>, origin: &Origin) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => match id.symbol_id.get() {
                Some(symbol) if !self.scoping.symbol_is_mutated(symbol) => {
                    self.origins.insert(symbol, *origin);
                }
                _ => self.escaped(origin),
            },
            BindingPattern::AssignmentPattern(with_default) => self.bind(&with_default.left, origin),
            BindingPattern::ObjectPattern(object) => self.destructure(object, origin),
            BindingPattern::ArrayPattern(_) => self.escaped(origin),
        }
    }

    fn destructure(&mut self, object: &ObjectPattern<'_>, origin: &Origin) {
        if object.rest.is_some() {
            self.escaped(origin);
        }
        for property in &object.properties {
            let name = property.key.static_name();
            match name.and_then(|name| self.member(origin, &name, property.key.span())) {
                Some(server) => self.bind(&property.value, &server),
                None if property.computed && property.key.static_name().is_none() => self.escaped(origin),
                None => {}
            }
        }
    }

    /// Notes `origin.name`, and returns its origin if its members are worth following.
    fn member(&mut self, origin: &Origin, name: &str, span: Span) -> Option<Origin> {
        if is_reserved(name) {
            return None;
        }
        let name = self.findings.names.place(name);
        match origin {
            Origin::Tools => {
                self.note(name, None, span, false);
                Some(Origin::Server(name))
            }
            Origin::Server(server) => {
                self.note(*server, Some(name), span, false);
                None
            }
        }
    }

    fn note(&mut self, server: u32, tool: Option<u32>, span: Span, probed: bool) {
        self.findings.uses.push(Use { server, tool, span, probed });
    }

    /// Notes `"name" in origin`.
    fn probe(&mut self, origin: Origin, name: &StringLiteral<'_>) {
        let place = self.findings.names.place(&name.value);
        match origin {
            Origin::Tools => self.note(place, None, name.span, true),
            Origin::Server(server) => self.note(server, Some(place), name.span, true),
        }
    }

    /// Notes that `tools` itself can no longer be traced. A server was already noted when it was named.
    fn escaped(&mut self, origin: &Origin) {
        self.findings.dynamic |= matches!(origin, Origin::Tools);
    }

    fn origin_of_name(&self, name: &IdentifierReference<'_>) -> Option<Origin> {
        let reference = self.scoping.get_reference(name.reference_id.get()?);
        match reference.symbol_id() {
            Some(symbol) => self.origins.get(&symbol).copied(),
            None => (name.name == "tools" && reference.is_value()).then_some(Origin::Tools),
        }
    }

    /// Returns the origin of an expression, and the span where it names a server. Looks at no more than two names, so
    /// that a long chain of members is not walked again for each of its links.
    fn origin(&mut self, value: &Expression<'_>) -> Option<(Origin, Option<Span>)> {
        let (object, named) = match value.get_inner_expression() {
            Expression::Identifier(name) => return self.origin_of_name(name).map(|origin| (origin, None)),
            Expression::StaticMemberExpression(member) => {
                (&member.object, Some((member.property.span, member.property.name.as_str())))
            }
            Expression::ComputedMemberExpression(member) => (&member.object, member.static_property_info()),
            Expression::ChainExpression(chain) => {
                let member = chain.expression.as_member_expression()?;
                (member.object(), member.static_property_info())
            }
            _ => return None,
        };
        let Expression::Identifier(root) = object.get_inner_expression() else { return None };
        let (Origin::Tools, (span, server)) = (self.origin_of_name(root)?, named?) else { return None };
        (!is_reserved(server)).then(|| (Origin::Server(self.findings.names.place(server)), Some(span)))
    }

    /// Like [`Self::origin`], but notes the server that is named.
    fn noted_origin(&mut self, value: &Expression<'_>) -> Option<Origin> {
        let (origin, named) = self.origin(value)?;
        if let (Origin::Server(server), Some(span)) = (origin, named) {
            self.note(server, None, span, false);
        }
        Some(origin)
    }

    fn is_global(&self, value: &Expression<'_>, name: &str) -> bool {
        let Expression::Identifier(id) = value else { return false };
        let reference = id.reference_id.get().map(|id| self.scoping.get_reference(id));
        id.name == name && reference.is_some_and(|reference| reference.symbol_id().is_none())
    }

    fn is_type_only(&self, specifier: &ImportDeclarationSpecifier<'_>) -> bool {
        if matches!(specifier, ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type()) {
            return true;
        }
        let Some(symbol) = specifier.local().symbol_id.get() else { return false };
        let mut references = self.scoping.get_resolved_references(symbol).peekable();
        references.peek().is_some() && references.all(|reference| !reference.is_value())
    }
}

/// Checks for names that every object has, and names that servers and tools cannot have.
fn is_reserved(name: &str) -> bool {
    name.starts_with('$')
        || matches!(
            name,
            "then"
                | "catch"
                | "finally"
                | "toString"
                | "toLocaleString"
                | "valueOf"
                | "toJSON"
                | "hasOwnProperty"
                | "isPrototypeOf"
                | "propertyIsEnumerable"
                | "constructor"
                | "__proto__"
        )
}

impl<'a> Visit<'a> for Surveyor<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.depth += 1;
        if self.depth > self.findings.depth.0 {
            self.findings.depth = (self.depth, kind.span());
        }
    }

    fn leave_node(&mut self, _: AstKind<'a>) {
        self.depth -= 1;
    }

    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        match self.noted_origin(&member.object) {
            Some(origin) => {
                self.member(&origin, member.property.name.as_str(), member.property.span);
            }
            None => walk::walk_static_member_expression(self, member),
        }
    }

    fn visit_computed_member_expression(&mut self, member: &ComputedMemberExpression<'a>) {
        let Some(origin) = self.noted_origin(&member.object) else {
            return walk::walk_computed_member_expression(self, member);
        };
        match member.static_property_info() {
            Some((span, name)) => {
                self.member(&origin, name, span);
            }
            None => {
                self.escaped(&origin);
                self.visit_expression(&member.expression);
            }
        }
    }

    fn visit_identifier_reference(&mut self, name: &IdentifierReference<'a>) {
        if let Some(origin) = self.origin_of_name(name) {
            self.escaped(&origin);
        }
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        if declaration.kind.is_using() {
            let hint = "Use `const`, and a `finally` block for what must be done at the end.";
            self.refuse(Code::Unsupported, declaration.span, "`using` is not supported", hint);
        }
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_variable_declarator(&mut self, variable: &VariableDeclarator<'a>) {
        match variable.init.as_ref().and_then(|init| self.noted_origin(init)) {
            Some(origin) => {
                self.bind(&variable.id, &origin);
                self.visit_binding_pattern(&variable.id);
            }
            None => walk::walk_variable_declarator(self, variable),
        }
    }

    fn visit_binary_expression(&mut self, binary: &BinaryExpression<'a>) {
        let probed = match (binary.operator, &binary.left) {
            (BinaryOperator::In, Expression::StringLiteral(name)) => {
                self.noted_origin(&binary.right).map(|it| (it, name))
            }
            _ => None,
        };
        match probed {
            Some((origin, name)) => self.probe(origin, name),
            None => walk::walk_binary_expression(self, binary),
        }
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if self.is_global(&call.callee, "require") {
            self.refuse(Code::Import, call.span, "`require` cannot load anything here", ONLY_TOOLS);
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        self.refuse(Code::Import, import.span, "`import()` cannot load anything here", ONLY_TOOLS);
    }

    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        let specifiers = import.specifiers.as_ref().map_or(&[][..], |specifiers| specifiers.as_slice());
        let erased = import.import_kind.is_type()
            || (!specifiers.is_empty() && specifiers.iter().all(|specifier| self.is_type_only(specifier)));
        if !erased {
            self.refuse(Code::Import, import.span, "`import` cannot load anything here", ONLY_TOOLS);
        }
    }

    fn visit_export_from_declaration(&mut self, export: &ExportFromDeclaration<'a>) {
        if !export.export_kind.is_type() {
            self.refuse(Code::Import, export.span, "`export … from` cannot load anything here", ONLY_TOOLS);
        }
    }

    fn visit_export_all_declaration(&mut self, export: &ExportAllDeclaration<'a>) {
        if !export.export_kind.is_type() {
            self.refuse(Code::Import, export.span, "`export *` cannot load anything here", ONLY_TOOLS);
        }
    }

    fn visit_ts_import_equals_declaration(&mut self, import: &TSImportEqualsDeclaration<'a>) {
        let external = matches!(import.module_reference, TSModuleReference::ExternalModuleReference(_));
        if external && !import.import_kind.is_type() {
            self.refuse(Code::Import, import.span, "`import =` cannot load anything here", ONLY_TOOLS);
        }
    }

    fn visit_ts_export_assignment(&mut self, export: &TSExportAssignment<'a>) {
        self.refuse(Code::Unsupported, export.span, "`export =` has no meaning here", "Use `export default`.");
    }

    fn visit_export_default_declaration(&mut self, export: &ExportDefaultDeclaration<'a>) {
        let class = match &export.declaration {
            ExportDefaultDeclarationKind::ClassDeclaration(_) => true,
            kind => matches!(kind.as_expression(), Some(Expression::ClassExpression(_))),
        };
        if class {
            let hint = "Export a function, which is called, or a value, which is returned.";
            self.refuse(Code::Unsupported, export.span, "a class cannot be the result of a script", hint);
        }
        walk::walk_export_default_declaration(self, export);
    }

    fn visit_decorator(&mut self, decorator: &Decorator<'a>) {
        let hint = "Call the function on the class or method yourself.";
        self.refuse(Code::Unsupported, decorator.span, "decorators are not supported", hint);
    }

    fn visit_import_meta(&mut self, meta: &ImportMeta) {
        let hint = "Take what the script needs from `input`.";
        self.refuse(Code::Unsupported, meta.span, "`import.meta` does not exist here", hint);
    }

    /// `typeof tools` in a type does not use them.
    fn visit_ts_type_query(&mut self, _: &TSTypeQuery<'a>) {}
}
