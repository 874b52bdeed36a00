//! Scripts that run as written, in a build without the compiler: the body of an async function, in JavaScript.
//!
//! Nothing parses the text before the engine does. So a syntax error is found when the script runs, any server may be
//! needed, and `source_nesting_max` has no effect: the engine's stack limits how deeply a text may nest.

use callbox_engine::compile::Compiled;

use crate::{
    diagnostic::Place,
    limits::Limits,
    run::{instance::Halt, memory_budget::MemoryShare},
    script::Script,
};

/// The result of compiling, and its peak memory.
pub(crate) struct Compiling {
    pub(crate) script: Result<Script, Halt>,
    pub(crate) peak_memory_bytes: u64,
}

/// Takes the place of the compiler.
pub(crate) struct Compiler;

impl Compiler {
    /// Wraps the text in a function, in strict mode; the inner block lets a script declare variables with the names of
    /// the parameters.
    #[allow(clippy::unused_async, reason = "same signature as the real compiler, which is async")]
    pub(crate) async fn compile(&self, text: &str, _: MemoryShare, _: &Limits) -> Compiling {
        let javascript = format!("(async (tools, input) => {{ \"use strict\"; {{\n{text}\n}} }})");
        let compiled = Compiled { javascript: Some(javascript), dynamic: true, ..Compiled::default() };
        Compiling { script: Ok(Script::new(compiled, text.len() as u64)), peak_memory_bytes: 0 }
    }
}

/// Returns the author's place: one line precedes the text.
pub(crate) fn place(line: u32, column: u32) -> Option<Place> {
    let line = line.checked_sub(1).filter(|line| *line > 0)?;
    Some(Place { line, column, end: None })
}

#[cfg(test)]
mod tests {
    use crate::{
        catalog::Catalog,
        outcome::{End, Outcome},
        request::RunRequest,
        sandbox::Sandbox,
    };

    async fn ran(text: &str) -> Outcome {
        let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
        sandbox.run(&Catalog::builder().build(), RunRequest::new(text)).await.expect("a run")
    }

    #[tokio::test]
    async fn a_text_is_the_body_of_a_function() {
        let outcome = ran("const thrown = 1, input = await 2;\nreturn thrown + input; // the end").await;
        assert!(matches!(&outcome.end, End::Returned(it) if it.value == 3), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_text_is_strict() {
        let outcome = ran("\n  undeclared = 1").await;
        let End::Threw(thrown) = &outcome.end else { panic!("{outcome:?}") };
        assert_eq!((thrown.name.as_str(), thrown.place().map(|at| at.line)), ("ReferenceError", Some(2)));
    }

    #[tokio::test]
    async fn typescript_is_refused_and_told_of() {
        let outcome = ran("const x: number = 1").await;
        let End::Rejected(wrong) = &outcome.end else { panic!("{outcome:?}") };
        assert!(wrong[0].hint.as_ref().is_some_and(|hint| hint.contains("`typescript`")), "{wrong:?}");
    }
}
