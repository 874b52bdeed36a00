//! Turns byte offsets of a text into places and back. Knows nothing of scripts.

use oxc_span::Span;

use crate::diagnostic::Place;

/// Where each line of a text begins.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, starts: starts(text) }
    }

    /// The place of a span, with its end.
    pub(super) fn span(&self, span: Span) -> Place {
        let (line, column) = self.at(span.start);
        let end = (span.end > span.start).then(|| self.at(span.end));
        Place { line, column, end }
    }

    /// Line and column, both from 1, of a byte offset.
    pub(super) fn at(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or_default();
        (count(line), count(before.chars().count()).saturating_add(1))
    }

    /// The byte offset of a UTF-16 column, both from 0, as source maps count.
    pub(super) fn offset_of_utf16(&self, line: u32, column: u32) -> Option<u32> {
        let start = *self.starts.get(line as usize)?;
        let rest = self.text.get(start as usize..)?;
        Some(start + bytes_until(rest, column, char::len_utf16))
    }

    /// The UTF-16 column of a column in code points, both from 0.
    pub(super) fn utf16_of_code_points(&self, line: u32, column: u32) -> Option<u32> {
        let start = *self.starts.get(line as usize)?;
        let rest = self.text.get(start as usize..)?;
        Some(count(rest.chars().take(column as usize).map(char::len_utf16).sum()))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many bytes of `text` come before `units` units, each character being `width` of them.
fn bytes_until(text: &str, units: u32, width: fn(char) -> usize) -> u32 {
    let mut left = units as usize;
    let mut bytes = 0;
    for c in text.chars() {
        if left < width(c) {
            break;
        }
        left -= width(c);
        bytes += c.len_utf8();
    }
    count(bytes)
}

fn starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = match c {
            '\r' => !matches!(chars.peek(), Some((_, '\n'))),
            '\n' | '\u{2028}' | '\u{2029}' => true,
            _ => false,
        };
        if ends {
            starts.push(count(at + c.len_utf8()));
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, expected: (u32, u32)) {
        assert_eq!(Lines::new(text).at(offset), expected, "{text:?} at {offset}");
    }

    #[test]
    fn places_count_scalar_values() {
        check("", 0, (1, 1));
        check("ab\ncd", 4, (2, 2));
        check("ab\r\ncd", 4, (2, 1));
        check("a\rb", 2, (2, 1));
        check("a\u{2028}b", 4, (2, 1));
        check("\t😀x", 5, (1, 3));
        check("é\né", 5, (2, 2));
    }

    #[test]
    fn utf16_columns_become_offsets() {
        let lines = Lines::new("x\n😀é!");
        assert_eq!(lines.offset_of_utf16(1, 3), Some(8));
        assert_eq!(lines.utf16_of_code_points(1, 2), Some(3));
        assert_eq!(lines.offset_of_utf16(2, 0), None);
    }
}
