//! A compiled script: its JavaScript, the tools it names, the source map, and its errors. `compiler` creates it;
//! nothing here reads the author's text.

mod names;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use callbox_bindings::NearestNames;
#[cfg(feature = "typescript")]
use callbox_engine::source_map;
use callbox_engine::{
    compile::{self, Compiled},
    source_map::Mapping,
};

pub use self::names::ToolNames;

#[cfg(feature = "component")]
pub(crate) use self::names::missing_name;

use crate::diagnostic::{Diagnostic, DiagnosticCode, Place};

/// A server, or a tool of a server, that a script names in a way that can be seen without running it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// The server, by identifier or wire name, as written in the script.
    pub server: Arc<str>,
    /// The tool, as written; `None` for a use of the server itself. Each use of a tool follows a use of its server.
    pub tool: Option<Arc<str>>,
    /// Where the name is.
    pub place: Place,
    /// Whether the script only tests for it, as in `"github" in tools`; it need not exist.
    pub probed: bool,
}

/// A compiled script, which can be run any number of times: see [`Sandbox::compile`](crate::Sandbox::compile). Cheap to
/// clone.
#[derive(Clone)]
pub struct Script(Arc<CompiledScript>);

#[cfg_attr(not(feature = "typescript"), allow(dead_code, reason = "text that runs as written needs no source map"))]
struct CompiledScript {
    source_bytes: u64,
    javascript: Option<String>,
    uses: Vec<ToolUse>,
    dynamic: bool,
    diagnostics: Vec<Diagnostic>,
    diagnostics_left_out: usize,
    source_map: Vec<u8>,
    /// Unpacked when a place is first requested, that is, when something went wrong.
    mappings: OnceLock<Vec<Mapping>>,
    called: Option<Place>,
}

/// Maximum number of diagnostics listed for one script: beyond the first few they are echoes.
const DIAGNOSTICS_MAX: usize = 20;

impl Script {
    /// Wraps the compiler's output for a text of `source_bytes` bytes.
    pub(crate) fn new(compiled: Compiled, source_bytes: u64) -> Self {
        let names: Vec<Arc<str>> = compiled.names.into_iter().map(Arc::from).collect();
        Self(Arc::new(CompiledScript {
            source_bytes,
            javascript: compiled.javascript,
            uses: compiled.uses.iter().filter_map(|used| tool_use(used, &names)).collect(),
            dynamic: compiled.dynamic,
            diagnostics: compiled.diagnostics.into_iter().map(diagnostic).collect(),
            diagnostics_left_out: compiled.diagnostics_left_out as usize,
            source_map: compiled.source_map,
            mappings: OnceLock::new(),
            called: compiled.called.map(place),
        }))
    }

    /// Returns the script for a text that overflowed the compiler's stack.
    #[cfg(feature = "typescript")]
    pub(crate) fn too_deep(source_bytes: u64) -> Self {
        let diagnostic = compile::Diagnostic {
            code: compile::Code::TooDeep,
            message: "the script is nested too deeply to be compiled".to_owned(),
            place: None,
            hint: Some("Split it with variables, functions or a loop.".to_owned()),
        };
        Self::new(Compiled { diagnostics: vec![diagnostic], ..Compiled::default() }, source_bytes)
    }

    /// Returns an expression: `(async (tools, input, thrown) => { … })`; empty if the script has errors. `thrown(value,
    /// line, column)` is called with each thrown value except `new …`, and the author's position of the `throw`, and
    /// returns what to throw. The parameters are positional; their names may differ.
    #[must_use]
    pub fn javascript(&self) -> &str {
        self.0.javascript.as_deref().unwrap_or_default()
    }

    /// Maps a position in [`Script::javascript`] to the author's text: line and column from 1, the column in code
    /// points. Returns the nearest known place at or before it on its line.
    #[must_use]
    pub fn place(&self, line: u32, column: u32) -> Option<Place> {
        #[cfg(feature = "typescript")]
        return self.mapped(line, column);
        #[cfg(not(feature = "typescript"))]
        crate::compiler::place(line, column)
    }

    #[cfg(feature = "typescript")]
    fn mapped(&self, line: u32, column: u32) -> Option<Place> {
        let mappings = self.0.mappings.get_or_init(|| source_map::unpack(&self.0.source_map));
        let after = mappings.partition_point(|it| (it.line, it.column) <= (line, column));
        let before = after.checked_sub(1).and_then(|at| mappings.get(at));
        match before.filter(|mapping| mapping.line == line) {
            Some(it) => Some(Place { line: it.author_line, column: it.author_column, end: None }),
            None => self.0.called.filter(|_| mappings.last().is_none_or(|last| line > last.line)),
        }
    }

    /// Returns the servers and tools that the script names.
    #[must_use]
    pub fn tools_named(&self) -> &[ToolUse] {
        &self.0.uses
    }

    /// Checks whether `tools` itself is used in a way that cannot be analysed (`tools[name]`, passed to a function), so
    /// that the script may need any server.
    #[must_use]
    pub fn dynamic(&self) -> bool {
        self.0.dynamic
    }

    /// Returns the first errors that do not depend on which tools exist. A script without any can be run.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// Returns the size of the author's text, bytes.
    #[must_use]
    pub fn source_bytes(&self) -> u64 {
        self.0.source_bytes
    }

    /// Checks the tools that the script names against those that exist.
    ///
    /// # Errors
    /// Returns the first twenty errors of the script, in text order, and a final one that counts the rest.
    pub fn check(&self, names: &impl ToolNames) -> Result<(), Vec<Diagnostic>> {
        let wrong = names::wrong(&self.0.uses, names);
        if wrong.is_empty() && self.0.diagnostics.is_empty() {
            return Ok(());
        }
        let count = wrong.len() + self.0.diagnostics.len() + self.0.diagnostics_left_out;
        let mut near = NearestNames::within(names::COMPARISONS_MAX);
        let unknown = wrong.iter().take(DIAGNOSTICS_MAX).filter_map(|used| names::unknown(used, names, &mut near));
        let mut diagnostics: Vec<Diagnostic> = unknown.chain(self.0.diagnostics.iter().cloned()).collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.place);
        diagnostics.truncate(DIAGNOSTICS_MAX);
        diagnostics.extend(more(count - diagnostics.len()));
        Err(diagnostics)
    }

    /// Estimates how much memory it holds, bytes.
    #[cfg(feature = "typescript")]
    pub(crate) fn bytes(&self) -> usize {
        /// A packed mapping has at least four bytes.
        const MAPPING_BYTES_PER_PACKED: usize = size_of::<Mapping>() / 4;
        let CompiledScript { uses, diagnostics, source_map, .. } = &*self.0;
        let names = uses.iter().map(|used| used.server.len() + used.tool.as_ref().map_or(0, |tool| tool.len()));
        let texts = diagnostics.iter().map(|it| it.message.len() + it.hint.as_ref().map_or(0, String::len));
        self.javascript().len()
            + source_map.len() * (1 + MAPPING_BYTES_PER_PACKED)
            + names.map(|bytes| bytes + size_of::<ToolUse>()).sum::<usize>()
            + texts.map(|bytes| bytes + size_of::<Diagnostic>()).sum::<usize>()
            + size_of::<CompiledScript>()
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Script").field(&self.javascript()).finish()
    }
}

fn more(count: usize) -> Option<Diagnostic> {
    let mistakes = if count == 1 { "mistake is" } else { "mistakes are" };
    let message = || format!("{count} more {mistakes} not listed");
    (count > 0).then(|| Diagnostic::new(DiagnosticCode::More, message()))
}

fn tool_use(used: &compile::Use, names: &[Arc<str>]) -> Option<ToolUse> {
    let name = |place: u32| names.get(place as usize).cloned();
    let tool = match used.tool {
        Some(tool) => Some(name(tool)?),
        None => None,
    };
    Some(ToolUse { server: name(used.server)?, tool, place: place(used.place), probed: used.probed })
}

/// Converts the compiler's message; a conversion trait would make the compiler's type public.
fn diagnostic(found: compile::Diagnostic) -> Diagnostic {
    let code = match found.code {
        compile::Code::Syntax => DiagnosticCode::Syntax,
        compile::Code::Import => DiagnosticCode::Import,
        compile::Code::EmptyScript => DiagnosticCode::EmptyScript,
        compile::Code::TooDeep => DiagnosticCode::TooDeep,
        compile::Code::Unsupported => DiagnosticCode::Unsupported,
    };
    Diagnostic { code, message: found.message, place: found.place.map(place), hint: found.hint }
}

fn place(found: compile::Place) -> Place {
    Place { line: found.line, column: found.column, end: found.end }
}
