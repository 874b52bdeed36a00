//! Frames read from the text of an error's stack; it resolves no source map.

use crate::frames::Frame;

/// The path that scripts are compiled under. Frames of any other path (`eval`, native code) are dropped.
pub const SCRIPT_PATH: &str = "callbox:script";

/// Characters of a function's name that are kept: names are a script's own.
const NAME_MAX: usize = 200;

/// The frames of the script in `stack`, innermost first; `nameless` is what the engine calls code without a name.
pub fn frames(stack: &str, nameless: &[&str]) -> Vec<Frame> {
    stack.lines().filter_map(|line| frame(line, nameless)).collect()
}

/// Reads `    at name (callbox:script:7:3)` and `    at callbox:script:7:3`.
fn frame(line: &str, nameless: &[&str]) -> Option<Frame> {
    let line = line.trim_start().strip_prefix("at ")?;
    let (function, place) = match line.strip_suffix(')') {
        Some(line) => line.rsplit_once(" (")?,
        None => ("", line),
    };
    let (line, column) = place.strip_prefix(SCRIPT_PATH)?.strip_prefix(':')?.split_once(':')?;
    let function = if nameless.contains(&function) { String::new() } else { function.chars().take(NAME_MAX).collect() };
    Some(Frame { function, line: line.parse().ok()?, column: column.parse().ok()?, author: false })
}
