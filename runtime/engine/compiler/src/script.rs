//! Compiles one script to JavaScript, or reports its errors.

use std::borrow::Cow;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_semantic::Scoping;
use oxc_span::Span;

use crate::compile::{Code, Compiled, Diagnostic};
use crate::diagnostics::Diagnostics;
use crate::emit::{self, Emitted};
use crate::form::Form;
use crate::lines::Lines;
use crate::survey::{Findings, Refusal};
use crate::{compile, depth, emit::Names, fence, form, parse, survey};

/// Syntax nodes allowed per bracket: a callback in a call in an `await` in a block takes about six.
const NODES_PER_BRACKET: u32 = 8;

/// Compiles a script.
pub(crate) fn compile(author: &str, nesting_max: u32) -> Compiled {
    match readable(author, nesting_max) {
        Ok(text) => compile_text(&text, nesting_max),
        Err(diagnostic) => refused(diagnostic.into()),
    }
}

/// Returns the text without its fence, unless it is empty or its brackets nest too deeply.
fn readable(author: &str, nesting_max: u32) -> Result<Cow<'_, str>, Diagnostic> {
    let text = fence::unfence(author)?;
    if text.trim().is_empty() {
        return Err(empty());
    }
    let depth = depth::measure(&text);
    if depth.brackets > nesting_max {
        let span = Span::new(depth.at, depth.at + 1);
        let message = format!("brackets are nested {} deep, at most {nesting_max} are allowed", depth.brackets);
        return Err(too_deep(message).at(Lines::new(&text).span(span)));
    }
    Ok(text)
}

fn compile_text(text: &str, nesting_max: u32) -> Compiled {
    let allocator = Allocator::new();
    let mut program = match parse::parse(&allocator, text) {
        Ok(program) => program,
        Err(diagnostics) => return refused(diagnostics),
    };
    if program.body.is_empty() && program.directives.is_empty() {
        return refused(empty().into());
    }
    let lines = Lines::new(text);
    let (scoping, diagnostics) = parse::analyse(&program, &lines);
    let decision = form::decide(&program, &scoping);
    let findings = survey::survey(&program, &scoping, decision.entry());
    let mut diagnostics = diagnostics.and(refusals(&findings, &lines));
    if let Some(too_deep) = nested(&findings, nesting_max, &lines) {
        diagnostics = too_deep.into();
    }
    let form = decision.form;
    let mut compiled = named(findings, &lines);
    if diagnostics.is_empty() {
        match emitted(&allocator, &mut program, scoping, &form, &lines) {
            Ok(emitted) => take_in(&mut compiled, emitted),
            Err(wrong) => diagnostics = wrong,
        }
    }
    (compiled.diagnostics, compiled.diagnostics_left_out) = diagnostics.into_parts();
    compiled
}

fn emitted<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    scoping: Scoping,
    form: &Form,
    lines: &Lines,
) -> Result<Emitted, Diagnostics> {
    let names = Names::unused_in(&scoping);
    let wrong = parse::readable(&emit::strip_types(allocator, program, scoping), lines);
    if wrong.is_empty() { Ok(emit::emit(allocator, program, form, &names, lines)) } else { Err(wrong) }
}

fn take_in(compiled: &mut Compiled, emitted: Emitted) {
    compiled.javascript = Some(emitted.javascript);
    compiled.source_map = emitted.source_map;
    compiled.called = emitted.called;
}

/// Converts the names that were found for the host.
fn named(findings: Findings, lines: &Lines) -> Compiled {
    let placed = |it: survey::Use| compile::Use {
        server: it.server,
        tool: it.tool,
        place: lines.span(it.span),
        probed: it.probed,
    };
    Compiled {
        uses: findings.uses.into_iter().map(placed).collect(),
        names: findings.names.into_list(),
        dynamic: findings.dynamic,
        ..Compiled::default()
    }
}

fn refusals(findings: &Findings, lines: &Lines) -> Diagnostics {
    let refuse = |it: &Refusal| Diagnostic::new(it.code, it.message).at(lines.span(it.span)).hint(it.hint);
    Diagnostics::of(findings.refusals.iter(), refuse)
}

fn nested(findings: &Findings, nesting_max: u32, lines: &Lines) -> Option<Diagnostic> {
    let (depth, deepest) = findings.depth;
    let depth_max = nesting_max.saturating_mul(NODES_PER_BRACKET);
    let message = || format!("syntax is nested {depth} deep, at most {depth_max} is allowed");
    (depth > depth_max).then(|| too_deep(message()).at(lines.span(deepest)))
}

fn refused(diagnostics: Diagnostics) -> Compiled {
    let (diagnostics, diagnostics_left_out) = diagnostics.into_parts();
    Compiled { diagnostics, diagnostics_left_out, ..Compiled::default() }
}

fn too_deep(message: String) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, message).hint("Split it with variables, functions or a loop.")
}

fn empty() -> Diagnostic {
    Diagnostic::new(Code::EmptyScript, "the script is empty")
        .hint("Write the body of an async function and `return` its result.")
}
