//! A message with the lines of the script it is about, through annotate-snippets.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use callbox::{Place, printable};

/// Lines shown around the place.
const LINES_AROUND: usize = 1;
/// A longer line is shown in part; this is about three screens wide.
const LINE_CHARS_MAX: usize = 300;

/// A script as it is shown: what it is called and its text.
pub(crate) struct ScriptText {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// How text for standard error is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canvas {
    pub(crate) colour: bool,
}

/// A message with what belongs to it.
pub(crate) struct Message<'a> {
    pub(crate) title: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) place: Option<Place>,
    pub(crate) notes: Vec<String>,
    pub(crate) hint: Option<&'a str>,
}

impl Canvas {
    /// Draws an error.
    pub(crate) fn error(self, message: &Message<'_>, script: Option<&ScriptText>) -> String {
        let mut title = Level::ERROR.primary_title(printable(message.title));
        if let Some(code) = message.code {
            title = title.id(printable(code));
        }
        let window = script.zip(message.place).and_then(|(script, place)| Window::around(&script.text, place));
        let snippet = window.map(|window| snippet(window, script));
        let notes = message.notes.iter().map(|note| Level::NOTE.message(printable(note)));
        let hint = message.hint.map(|hint| Level::HELP.message(printable(hint)));
        let group = Group::with_title(title).elements(snippet).elements(notes).elements(hint);
        self.renderer().render(&[group]) + "\n"
    }

    fn renderer(self) -> Renderer {
        if self.colour { Renderer::styled() } else { Renderer::plain() }
    }
}

fn snippet<'a>(window: Window, script: Option<&ScriptText>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(script.map(|script| printable(&script.name)))
        .fold(false)
        .annotation(AnnotationKind::Primary.span(window.span))
}

/// A few lines of a text and a range of bytes in them.
#[derive(Debug, PartialEq)]
struct Window {
    text: String,
    first_line: usize,
    span: Range<usize>,
}

impl Window {
    fn around(text: &str, place: Place) -> Option<Self> {
        let lines = lines(text);
        let at = (place.line as usize).checked_sub(1)?;
        let line = lines.get(at)?;
        let column = (place.column as usize).saturating_sub(1);
        let cut = column.saturating_sub(LINE_CHARS_MAX / 2);
        let shown = Self::part(line, cut);
        let from = byte_of(&shown, column - cut);
        let to = end_column(place).map_or(from, |end| byte_of(&shown, end.saturating_sub(cut + 1)));
        let first = at.saturating_sub(LINES_AROUND);
        let before: String = lines.get(first..at)?.iter().map(|line| Self::part(line, 0) + "\n").collect();
        let start = before.len();
        let span = start + from..start + to.max(next_char(&shown, from));
        Some(Self { text: before + &shown, first_line: first + 1, span })
    }

    fn part(line: &str, cut: usize) -> String {
        line.chars().skip(cut).take(LINE_CHARS_MAX).collect()
    }
}

/// The column just past the end, where the end is on the same line.
fn end_column(place: Place) -> Option<usize> {
    place.end.filter(|(line, _)| *line == place.line).map(|(_, column)| column as usize)
}

fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

fn next_char(line: &str, from: usize) -> usize {
    from + line.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// Lines as JavaScript counts them.
fn lines(text: &str) -> Vec<&str> {
    let ends = |c| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let pieces: Vec<_> = text.split_inclusive(ends).collect();
    let mut lines = Vec::with_capacity(pieces.len() + 1);
    let mut after_return = false;
    for piece in pieces {
        if !(after_return && piece == "\n") {
            lines.push(piece.trim_end_matches(ends));
        }
        after_return = piece.ends_with('\r');
    }
    if text.is_empty() || text.ends_with(ends) {
        lines.push("");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Canvas = Canvas { colour: false };

    fn place(line: u32, column: u32, end: Option<(u32, u32)>) -> Place {
        Place { line, column, end }
    }

    #[track_caller]
    fn marked(text: &str, place: Place, expected: &str) {
        let window = Window::around(text, place).expect("a window");
        assert_eq!(window.text.get(window.span.clone()), Some(expected), "{window:?}");
    }

    #[test]
    fn lines_end_where_javascript_ends_them() {
        assert_eq!(lines("a\nb\r\nc\rd\u{2028}e"), ["a", "b", "c", "d", "e"]);
        assert_eq!(lines("a\n\n"), ["a", "", ""]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn columns_count_characters() {
        marked("const é = '😀' + x", place(1, 15, None), "+");
        marked("one\r\ntwo\rthree", place(3, 1, Some((3, 6))), "three");
        marked("abc", place(1, 2, Some((2, 1))), "b");
        marked("abc", place(1, 4, None), "");
        marked(&format!("{}needle", "x".repeat(10_000)), place(1, 10_001, Some((1, 10_007))), "needle");
    }

    #[test]
    fn a_place_outside_the_text_shows_no_lines() {
        assert_eq!(Window::around("a", place(9, 1, None)), None);
        assert_eq!(Window::around("a", place(0, 0, None)), None);
    }

    #[test]
    fn an_error_shows_line_column_caret_and_hint() {
        let script = ScriptText { name: "a.ts".to_owned(), text: "let a = 1;\nlet b = tools.githb.x();\n".to_owned() };
        let message = Message {
            title: "unknown server `githb`",
            code: Some("unknown_server"),
            place: Some(place(2, 15, Some((2, 20)))),
            notes: Vec::new(),
            hint: Some("Use `github`."),
        };
        let expected = "\
error[unknown_server]: unknown server `githb`
 --> a.ts:2:15
  |
1 | let a = 1;
2 | let b = tools.githb.x();
  |               ^^^^^
  |
  = help: Use `github`.
";
        assert_eq!(PLAIN.error(&message, Some(&script)), expected);
    }

    #[test]
    fn only_a_coloured_canvas_has_escapes_and_text_brings_none() {
        let message =
            Message { title: "a\u{1b}[31mb", code: None, place: None, notes: vec!["\u{1b}c".to_owned()], hint: None };
        assert!(!PLAIN.error(&message, None).contains('\u{1b}'));
        assert!(Canvas { colour: true }.error(&message, None).contains('\u{1b}'));
    }
}
