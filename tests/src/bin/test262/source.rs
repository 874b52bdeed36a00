//! Combines harness and test. The test is evaluated as a separate script after the harness, so that its directives and
//! declarations are where the standard requires.

use anyhow::Result;

use super::{
    corpus::Corpus,
    front_matter::{FrontMatter, Mode},
};

/// Returns the text that goes into the guest.
pub(crate) fn assemble(corpus: &Corpus, front: &FrontMatter, text: &str, mode: Mode) -> Result<String> {
    let strict = if mode == Mode::Strict { "\"use strict\";\n" } else { "" };
    let test = format!("{strict}{text}");
    let never_runs = front.negative.as_ref().is_some_and(|negative| negative.phase != "runtime");
    if front.is("raw") || never_runs {
        return Ok(test);
    }
    let harness = harness(corpus, front)?;
    if front.is("module") {
        return Ok(format!("$262.evalScript({});\n{test}", serde_json::to_string(&harness)?));
    }
    Ok(format!("{harness}\n$262.evalScript({});", serde_json::to_string(&test)?))
}

fn harness(corpus: &Corpus, front: &FrontMatter) -> Result<String> {
    let always = ["assert.js", "sta.js"].into_iter();
    let asynchronous = front.is("async").then_some("doneprintHandle.js");
    let files = always.chain(asynchronous).chain(front.includes.iter().map(String::as_str));
    files.map(|file| corpus.harness(file)).collect::<Result<Vec<_>>>().map(|files| files.join("\n"))
}
