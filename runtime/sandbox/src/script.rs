//! Compiles what a model or a person wrote into one JavaScript function, with every complaint at
//! its place in the author's own text. Runs nothing and knows no tool by itself.

mod depth;
mod emit;
mod fence;
mod form;
mod lines;
mod names;
mod parse;
mod survey;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use oxc_allocator::Allocator;
use oxc_span::Span;

pub use self::names::ToolNames;

pub(crate) use self::names::missing_name;

use self::emit::{Emitted, Mapping};
use self::lines::Lines;
use self::survey::{Findings, Refusal, Use};
use crate::diagnostic::{Diagnostic, DiagnosticCode, Place};

/// Limits on the text of a script. Its size is the caller's to check, before it comes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceLimits {
    /// Most brackets open at once. Expressions and statements may nest eight times as deep, counted
    /// in syntax nodes, so that long chains such as `a + b + …` have their limit too.
    pub nesting_max: u32,
}

/// Syntax nodes to a bracket: a callback in a call in an `await` in a block takes about six.
const NODES_PER_BRACKET: u32 = 8;

impl Default for SourceLimits {
    /// 200 brackets: ten times what people write, and parsed in a fraction of a thread's stack.
    fn default() -> Self {
        Self { nesting_max: 200 }
    }
}

/// A server, or one tool of a server, that a script names where it can be seen without running it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// The server, by identifier or wire name, as written.
    pub server: String,
    /// The tool, as written; a use of the server itself where there is none. Each use of a tool
    /// comes after a use of its server.
    pub tool: Option<String>,
    /// Where the name stands.
    pub place: Place,
    /// Only asked for, as in `"github" in tools`; need not exist.
    pub probed: bool,
}

/// A script that has been read but not held against any tools: what tools it names can be asked
/// before the servers that have them are there.
pub struct Draft {
    author: Arc<str>,
    limits: SourceLimits,
    javascript: Option<String>,
    uses: Vec<ToolUse>,
    dynamic: bool,
    diagnostics: Vec<Diagnostic>,
}

/// A script that can be run. Cheap to clone.
#[derive(Clone)]
pub struct Script(Arc<Compiled>);

struct Compiled {
    draft: Draft,
    /// Made when the first place is asked for, which is when something went wrong.
    positions: OnceLock<Positions>,
}

#[derive(Default)]
struct Positions {
    javascript: String,
    mappings: Vec<Mapping>,
    called: Option<Place>,
}

impl Script {
    /// Compiles a script, holding the tools it names against `names`.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn compile(author: &str, names: &impl ToolNames, limits: SourceLimits) -> Result<Self, Vec<Diagnostic>> {
        Self::scan(author, limits).check(names)
    }

    /// Reads a script as far as that goes without knowing any tool. [`Draft::check`] goes on from
    /// there without reading it again.
    #[must_use]
    pub fn scan(author: &str, limits: SourceLimits) -> Draft {
        read(author, limits)
    }

    /// An expression: `(async (tools, input, thrown) => { … })`. `thrown(value, line, column)` is
    /// given each thrown value but `new …`, with the author's place of the `throw`, and answers
    /// what is to be thrown. The parameters are given by position; their names may differ.
    #[must_use]
    pub fn javascript(&self) -> &str {
        self.0.draft.javascript.as_deref().unwrap_or_default()
    }

    /// The author's place for a place in [`Script::javascript`]: line and column from 1, the column
    /// in code points. The nearest known place at or before it on its line.
    #[must_use]
    pub fn place(&self, line: u32, column_code_points: u32) -> Option<Place> {
        self.positions().author(&self.0.draft.author, line.checked_sub(1)?, column_code_points.checked_sub(1)?)
    }

    fn positions(&self) -> &Positions {
        self.0.positions.get_or_init(|| locate(&self.0.draft))
    }

    /// See [`Draft::tools_named`].
    #[must_use]
    pub fn tools_named(&self) -> &[ToolUse] {
        self.0.draft.tools_named()
    }

    /// See [`Draft::dynamic`].
    #[must_use]
    pub fn dynamic(&self) -> bool {
        self.0.draft.dynamic()
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Script").field(&self.javascript()).finish()
    }
}

impl Draft {
    /// The servers and tools that the script names.
    #[must_use]
    pub fn tools_named(&self) -> &[ToolUse] {
        &self.uses
    }

    /// Whether `tools` itself is used in a way that cannot be followed (`tools[name]`, handed to a
    /// function), so that the script may need any server.
    #[must_use]
    pub fn dynamic(&self) -> bool {
        self.dynamic
    }

    /// What is wrong with the script whatever tools there are.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Holds the tools that the script names against those there are.
    ///
    /// # Errors
    /// Everything that is wrong with the script, in the order of the text.
    pub fn check(self, names: &impl ToolNames) -> Result<Script, Vec<Diagnostic>> {
        let mut diagnostics = names::check(&self.uses, names);
        diagnostics.extend(self.diagnostics.iter().cloned());
        if diagnostics.is_empty() {
            return Ok(Script(Arc::new(Compiled { draft: self, positions: OnceLock::new() })));
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.place);
        Err(diagnostics)
    }
}

fn read(author: &str, limits: SourceLimits) -> Draft {
    let mut draft = Draft {
        author: Arc::from(author),
        limits,
        javascript: None,
        uses: Vec::new(),
        dynamic: false,
        diagnostics: Vec::new(),
    };
    match on_its_stack(author, limits, |text| compile(text, limits, false)) {
        Ok(compiled) => {
            draft.uses = compiled.uses;
            draft.dynamic = compiled.dynamic;
            draft.javascript = compiled.emitted.map(|emitted| emitted.javascript);
            draft.diagnostics = compiled.diagnostics;
        }
        Err(diagnostic) => draft.diagnostics.push(diagnostic),
    }
    draft
}

/// Compiles once more, this time with the places: they are wanted once in many runs, and the same
/// text gives the same lines.
fn locate(draft: &Draft) -> Positions {
    let compiled = on_its_stack(&draft.author, draft.limits, |text| {
        let Outcome { emitted, .. } = compile(text, draft.limits, true);
        let (emitted, lines) = (emitted?, Lines::new(text));
        let called = emitted.called.map(|span| lines.span(span));
        Some(Positions { javascript: emitted.javascript, mappings: emitted.mappings, called })
    });
    compiled.ok().flatten().unwrap_or_default()
}

impl Positions {
    fn author(&self, author: &str, line: u32, column: u32) -> Option<Place> {
        let column = Lines::new(&self.javascript).utf16_of_code_points(line, column)?;
        let after = self.mappings.partition_point(|it| (it.line, it.column) <= (line, column));
        let before = after.checked_sub(1).and_then(|at| self.mappings.get(at));
        let Some(mapping) = before.filter(|mapping| mapping.line == line) else {
            return self.called.filter(|_| self.mappings.last().is_none_or(|last| line > last.line));
        };
        let lines = Lines::new(author);
        let offset = lines.offset_of_utf16(mapping.author_line, mapping.author_column)?;
        let (line, column) = lines.at(offset);
        Some(Place { line, column, end: None })
    }
}

/// Does what needs the text without its fence and a stack that the text cannot overflow.
fn on_its_stack<T: Send>(
    author: &str,
    limits: SourceLimits,
    work: impl FnOnce(&str) -> T + Send,
) -> Result<T, Diagnostic> {
    let text: Cow<'_, str> = fence::unfence(author)?;
    if text.trim().is_empty() {
        return Err(empty());
    }
    let depth = depth::measure(&text);
    if depth.brackets > limits.nesting_max {
        let span = Span::new(depth.at, depth.at + 1);
        let message =
            format!("brackets are nested {} deep, at most {} are allowed", depth.brackets, limits.nesting_max);
        return Err(too_deep(message).at(Lines::new(&text).span(span)));
    }
    depth::with_stack(depth.tokens, || work(&text))
}

#[derive(Default)]
struct Outcome {
    uses: Vec<ToolUse>,
    dynamic: bool,
    diagnostics: Vec<Diagnostic>,
    emitted: Option<Emitted>,
}

fn compile(text: &str, limits: SourceLimits, mapped: bool) -> Outcome {
    let allocator = Allocator::new();
    let mut program = match parse::parse(&allocator, text) {
        Ok(program) => program,
        Err(diagnostics) => return Outcome { diagnostics, ..Outcome::default() },
    };
    if program.body.is_empty() && program.directives.is_empty() {
        return Outcome { diagnostics: vec![empty()], ..Outcome::default() };
    }
    let (scoping, mut diagnostics) = parse::analyse(&program, text);
    let decision = form::decide(&program, &scoping);
    let findings = survey::survey(&program, &scoping, decision.entry());
    diagnostics.extend(refusals(&findings, limits, text));
    let (form, dynamic) = (decision.form, findings.dynamic);
    let uses = located(findings.uses, text);
    let mut emitted = None;
    if diagnostics.is_empty() {
        let wrong = emit::strip_types(&allocator, &mut program, scoping);
        diagnostics = parse::readable(&wrong, text);
        emitted = diagnostics.is_empty().then(|| emit::emit(&allocator, &mut program, &form, mapped));
    }
    Outcome { uses, dynamic, diagnostics, emitted }
}

fn located(uses: Vec<Use>, text: &str) -> Vec<ToolUse> {
    if uses.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(text);
    uses.into_iter()
        .map(|Use { server, tool, span, probed }| ToolUse { server, tool, place: lines.span(span), probed })
        .collect()
}

fn refusals(findings: &Findings, limits: SourceLimits, text: &str) -> Vec<Diagnostic> {
    let (depth, deepest) = findings.depth;
    let depth_max = limits.nesting_max.saturating_mul(NODES_PER_BRACKET);
    if findings.refusals.is_empty() && depth <= depth_max {
        return Vec::new();
    }
    let lines = Lines::new(text);
    let refuse = |it: &Refusal| Diagnostic::new(it.code, it.message).at(lines.span(it.span)).hint(it.hint);
    let mut refused: Vec<Diagnostic> = findings.refusals.iter().map(refuse).collect();
    if depth > depth_max {
        let message = format!("syntax is nested {depth} deep, at most {depth_max} is allowed");
        refused.push(too_deep(message).at(lines.span(deepest)));
    }
    refused
}

fn too_deep(message: String) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::TooDeep, message).hint("Split it with variables, functions or a loop.")
}

fn empty() -> Diagnostic {
    Diagnostic::new(DiagnosticCode::EmptyScript, "the script is empty")
        .hint("Write the body of an async function and `return` its result.")
}

#[cfg(test)]
mod tests;
