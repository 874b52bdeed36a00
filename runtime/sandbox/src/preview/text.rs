//! Cuts a long string: if it has many lines, head and tail are kept, since the end of a log says most; otherwise only
//! the head.

use super::size::char_bytes;

/// A string with fewer lines is not treated as a log.
const LINES_MIN: usize = 4;
/// With less room no tail is kept, bytes.
const TAIL_ROOM_MIN: u64 = 120;

/// Cuts text to this many bytes of JSON, and returns it with the number of characters left out; `None` if next to
/// nothing would be left.
pub(super) fn cut(text: &str, bytes_max: u64) -> Option<(String, usize)> {
    let all = text.chars().count();
    // Room for the quotes and the longest possible mark.
    let room = bytes_max.checked_sub(2 + mark(all, all).len() as u64 + 8)?;
    if room < 8 {
        return None;
    }
    let is_log = room >= TAIL_ROOM_MIN && text.lines().nth(LINES_MIN).is_some();
    Some(if is_log { both_ends(text, all, room) } else { beginning(text, all, room) })
}

fn beginning(text: &str, all: usize, room: u64) -> (String, usize) {
    let head = head(text, room);
    let left_out = all - head.chars().count();
    (format!("{head}… {left_out} more characters"), left_out)
}

fn both_ends(text: &str, all: usize, room: u64) -> (String, usize) {
    let head = whole_lines(head(text, room * 2 / 3));
    let rest = text.get(head.len()..).unwrap_or_default();
    let tail = tail(rest, room - room * 2 / 3);
    // Drop a line that was cut at its front, if another one remains.
    let tail = tail.split_once('\n').map_or(tail, |(_, whole)| if whole.is_empty() { tail } else { whole });
    let left_out = all - head.chars().count() - tail.chars().count();
    let middle = rest.get(..rest.len() - tail.len()).unwrap_or_default();
    let head_end = if head.ends_with('\n') { "" } else { "\n" };
    (format!("{head}{head_end}{}\n{tail}", mark(left_out, middle.matches('\n').count())), left_out)
}

fn mark(characters: usize, lines: usize) -> String {
    format!("… {characters} characters in {lines} lines left out …")
}

/// Returns as much of the beginning as fits.
fn head(text: &str, room: u64) -> &str {
    let mut left = room;
    let end = text.char_indices().find(|(_, c)| !spend(&mut left, *c)).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// Returns as much of the end as fits.
fn tail(text: &str, room: u64) -> &str {
    let mut left = room;
    let from = text.char_indices().rev().find(|(_, c)| !spend(&mut left, *c)).map_or(0, |(at, c)| at + c.len_utf8());
    text.get(from..).unwrap_or_default()
}

fn spend(left: &mut u64, c: char) -> bool {
    match left.checked_sub(char_bytes(c)) {
        Some(rest) => *left = rest,
        None => return false,
    }
    true
}

/// Drops the line that was cut, if enough remains.
fn whole_lines(head: &str) -> &str {
    match head.rfind('\n') {
        Some(at) if at >= head.len() / 2 => head.get(..=at).unwrap_or(head),
        _ => head,
    }
}
