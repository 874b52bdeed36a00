//! The lines of a text as JavaScript counts them, indexed so that a place in a long line is found without scanning all
//! of it.

/// Distance in characters between two indexed positions.
const STEP: usize = 256;

/// Start and end of each line of a text.
#[derive(Debug)]
pub(super) struct Lines(Vec<Line>);

#[derive(Debug, PartialEq)]
struct Line {
    start: usize,
    end: usize,
    /// Byte offset of every [`STEP`]-th character, except the first.
    steps: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let mut lines = vec![Line { start: 0, end: text.len(), steps: Vec::new() }];
        let mut column = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let Some(line) = lines.last_mut() else { break };
            if !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
                if column > 0 && column % STEP == 0 {
                    line.steps.push(at);
                }
                column += 1;
                continue;
            }
            line.end = at;
            column = 0;
            let start = match chars.next_if(|(_, next)| c == '\r' && *next == '\n') {
                Some((at, _)) => at + 1,
                None => at + c.len_utf8(),
            };
            lines.push(Line { start, end: text.len(), steps: Vec::new() });
        }
        Self(lines)
    }

    /// Returns the text of a line (from 0), starting at a column.
    pub(super) fn from<'t>(&self, text: &'t str, line: usize, column: usize) -> Option<&'t str> {
        let line = self.0.get(line)?;
        let (step, left) = (column / STEP, column % STEP);
        let known = match step.checked_sub(1) {
            None => Some(line.start),
            Some(at) => line.steps.get(at).copied(),
        };
        // A column past the end means the end.
        let rest = text.get(known.unwrap_or(line.end)..line.end)?;
        let skipped = rest.char_indices().nth(left).map_or(rest.len(), |(at, _)| at);
        rest.get(skipped..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        let lines = Lines::of(text);
        (0..).map_while(|line| lines.from(text, line, 0)).collect()
    }

    #[test]
    fn lines_end_where_javascript_ends_them() {
        assert_eq!(all("a\nb\r\nc\rd\u{2028}e"), ["a", "b", "c", "d", "e"]);
        assert_eq!(all("a\n\n"), ["a", "", ""]);
        assert_eq!(all("\n\r"), ["", "", ""]);
        assert_eq!(all(""), [""]);
    }

    #[test]
    fn columns_of_long_lines_are_found() {
        let text = format!("{}x\nsecond", "é".repeat(1_000));
        let lines = Lines::of(&text);
        for column in [0, 1, 255, 256, 257, 511, 512, 999, 1_000] {
            let rest = lines.from(&text, 0, column).expect("a line");
            assert_eq!(rest.chars().count(), 1_001 - column, "{column}");
            assert!(rest.ends_with('x'));
        }
        assert_eq!((lines.from(&text, 0, 1_001), lines.from(&text, 0, 9_999)), (Some(""), Some("")));
        assert_eq!((lines.from(&text, 1, 3), lines.from(&text, 2, 0)), (Some("ond"), None));
    }
}
