//! Converts byte offsets and source map columns into lines and columns. A lookup takes logarithmic time, however long a
//! line is. Independent of scripts.

use oxc_span::Span;

use crate::compile::Place;

/// The start of each line of a text, and its multi-byte characters.
pub(crate) struct Lines {
    starts: Vec<u32>,
    wide: Vec<Wide>,
}

/// A character of more than one byte.
struct Wide {
    /// The offset just past it.
    end: u32,
    /// Number of bytes minus number of characters, up to `end`.
    over_characters: u32,
    /// Number of bytes minus number of UTF-16 units, up to `end`.
    over_units: u32,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let mut lines = Self { starts: vec![0], wide: Vec::new() };
        let (mut over_characters, mut over_units) = (0, 0);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let end = count(at + c.len_utf8());
            if !c.is_ascii() {
                over_characters += count(c.len_utf8() - 1);
                over_units += count(c.len_utf8() - c.len_utf16());
                lines.wide.push(Wide { end, over_characters, over_units });
            }
            let ends_line = match c {
                '\r' => !matches!(chars.peek(), Some((_, '\n'))),
                '\n' | '\u{2028}' | '\u{2029}' => true,
                _ => false,
            };
            if ends_line {
                lines.starts.push(end);
            }
        }
        lines
    }

    /// Returns the place of a span, with its end.
    pub(crate) fn span(&self, span: Span) -> Place {
        let (line, column) = self.at(span.start);
        let end = (span.end > span.start).then(|| self.at(span.end));
        Place { line, column, end }
    }

    /// Returns line and column of a byte offset, both from 1.
    pub(crate) fn at(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        (count(line), self.characters(offset).saturating_sub(self.characters(start)).saturating_add(1))
    }

    /// Converts a line and UTF-16 column from a source map, both from 0, into line and column from 1.
    pub(crate) fn of_source_map(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        if self.wide.is_empty() {
            return Some((line.checked_add(1)?, column.checked_add(1)?));
        }
        let start = *self.starts.get(line as usize)?;
        Some(self.at(self.offset_of_unit(self.units(start).checked_add(column)?)))
    }

    /// Counts the characters before a byte offset.
    fn characters(&self, offset: u32) -> u32 {
        offset.saturating_sub(self.before(offset).map_or(0, |wide| wide.over_characters))
    }

    /// Counts the UTF-16 units before a byte offset.
    fn units(&self, offset: u32) -> u32 {
        offset.saturating_sub(self.before(offset).map_or(0, |wide| wide.over_units))
    }

    fn offset_of_unit(&self, unit: u32) -> u32 {
        let after = self.wide.partition_point(|wide| wide.end.saturating_sub(wide.over_units) <= unit);
        unit.saturating_add(self.nth_before(after).map_or(0, |wide| wide.over_units))
    }

    /// Returns the last multi-byte character that ends at or before an offset.
    fn before(&self, offset: u32) -> Option<&Wide> {
        self.nth_before(self.wide.partition_point(|wide| wide.end <= offset))
    }

    fn nth_before(&self, after: usize) -> Option<&Wide> {
        self.wide.get(after.checked_sub(1)?)
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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
    fn columns_of_source_maps_become_columns_of_people() {
        let lines = Lines::new("x\n😀é!");
        assert_eq!(lines.of_source_map(1, 0), Some((2, 1)));
        assert_eq!(lines.of_source_map(1, 2), Some((2, 2)));
        assert_eq!(lines.of_source_map(1, 3), Some((2, 3)));
        assert_eq!(lines.of_source_map(2, 0), None);
        assert_eq!(Lines::new("ab\ncd").of_source_map(1, 1), Some((2, 2)));
    }
}
