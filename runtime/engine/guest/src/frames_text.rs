//! Frames read from the text that the engine's `stack` getter gives; it resolves no source map.

use crate::frames::Frame;

/// The path that scripts are compiled under. Frames of any other path (`eval`, native code) are dropped.
pub(crate) const SCRIPT_PATH: &str = "callbox:script";

/// The frames of the script in `stack`, innermost first.
pub(crate) fn frames(stack: &str) -> Vec<Frame> {
    stack.lines().filter_map(frame).collect()
}

/// Reads `    at name (callbox:script:7:3)`.
fn frame(line: &str) -> Option<Frame> {
    let line = line.trim_start().strip_prefix("at ")?.strip_suffix(')')?;
    let (function, place) = line.rsplit_once(" (")?;
    let (line, column) = place.strip_prefix(SCRIPT_PATH)?.strip_prefix(':')?.split_once(':')?;
    Some(Frame { function: name(function), line: line.parse().ok()?, column: column.parse().ok()?, author: false })
}

/// The engine calls the top level `<main>`; names are a script's own and may be of any length.
fn name(function: &str) -> String {
    const NAME_MAX: usize = 200;
    if function == "<main>" { String::new() } else { function.chars().take(NAME_MAX).collect() }
}

/// Splits `message at line 7, col 3`, as the parser words every error that has a place.
pub(crate) fn place_of_syntax_error(message: &str) -> Option<(&str, Frame)> {
    let (message, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(", col ")?;
    let frame =
        Frame { function: String::new(), line: line.parse().ok()?, column: column.parse().ok()?, author: false };
    Some((message, frame))
}
