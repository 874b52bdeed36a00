//! Scripts as they stand, where callbox was built without the compiler: the body of an async function, in JavaScript.
//!
//! Nothing reads a text before the engine does. So a syntax error is found when the script is run, any server may be
//! needed, and `source_nesting_max` has nothing to count: the engine's stack is what ends a text that nests too deep.

use callbox_engine::compile::Compiled;

use crate::{
    diagnostic::Place,
    limits::Limits,
    memory_budget::MemoryShare,
    script::{Compiling, Script},
};

/// Stands where the compiler would.
pub(crate) struct Compiler;

impl Compiler {
    /// Makes a function of the text, in strict mode; the inner block lets a script have variables with the names of the
    /// parameters.
    #[allow(clippy::unused_async, reason = "the compiler that this stands for runs")]
    pub(crate) async fn compile(&self, text: &str, _: MemoryShare, _: &Limits) -> Compiling {
        let javascript = format!("(async (tools, input) => {{ \"use strict\"; {{\n{text}\n}} }})");
        let compiled = Compiled { javascript: Some(javascript), dynamic: true, ..Compiled::default() };
        Compiling { script: Ok(Script::new(compiled, text.len() as u64)), peak_memory_bytes: 0 }
    }
}

/// The author's place: one line stands before the text.
pub(crate) fn place(line: u32, column: u32) -> Option<Place> {
    let line = line.checked_sub(1).filter(|line| *line > 0)?;
    Some(Place { line, column, end: None })
}
