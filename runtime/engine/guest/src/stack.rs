//! Parses frames from the stack text of an error. Does not apply source maps.

use crate::frames::Frame;

/// The path of scripts in stacks. Frames with any other path (`eval`, native code) are dropped.
pub const SCRIPT_PATH: &str = "callbox:script";

/// Longest function name, characters: scripts choose the names.
const NAME_MAX: usize = 200;

/// Returns the script's frames in `stack`, innermost first; `nameless` lists the engine's names for unnamed code.
pub fn frames(stack: &str, nameless: &[&str]) -> Vec<Frame> {
    stack.lines().filter_map(|line| frame(line, nameless)).collect()
}

/// Parses `    at name (callbox:script:7:3)` or `    at callbox:script:7:3`.
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
