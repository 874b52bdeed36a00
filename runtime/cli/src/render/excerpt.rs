//! Renders a message with the script lines it is about, using annotate-snippets.

use std::{ops::Range, sync::OnceLock};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use callbox::{internal::printable, outcome::Place};

use super::lines::Lines;

/// Longer lines are shown in part, about the width of a wide terminal.
const LINE_CHARS_MAX: usize = 120;
/// Characters shown before the place in such a line.
const BEFORE_CHARS_MAX: usize = 50;
/// Longer messages are text that was thrown or quoted; `--json` has all of it.
const WORDS_CHARS_MAX: usize = 4_000;
/// Marks a cut.
const CUT: char = '…';

/// A script's name and text for display.
pub(crate) struct ScriptText {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Built when the first place is shown.
    lines: OnceLock<Lines>,
}

impl ScriptText {
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Returns the text of a line (from 0), starting at a column.
    fn line(&self, line: usize, column: usize) -> Option<&str> {
        self.lines.get_or_init(|| Lines::of(&self.text)).from(&self.text, line, column)
    }
}

/// How to render text for standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canvas {
    pub(crate) colour: bool,
}

/// A message and its details.
pub(crate) struct Message<'a> {
    pub(crate) title: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) place: Option<Place>,
    pub(crate) notes: Vec<String>,
    pub(crate) hint: Option<&'a str>,
}

impl Canvas {
    /// Renders an error.
    pub(crate) fn error(self, message: &Message<'_>, script: Option<&ScriptText>) -> String {
        let mut title = Level::ERROR.primary_title(words(message.title));
        if let Some(code) = message.code {
            title = title.id(printable(code));
        }
        let at = script.zip(message.place);
        let window = at.and_then(|(script, place)| Window::around(script, place));
        let columns_off = window.as_ref().map_or(0, |window| window.columns_off);
        let snippet = at.zip(window).map(|((script, _), window)| snippet(script, window));
        let notes = message.notes.iter().map(|note| Level::NOTE.message(words(note)));
        let hint = message.hint.map(|hint| Level::HELP.message(words(hint)));
        let group = Group::with_title(title).elements(snippet).elements(notes).elements(hint);
        let text = self.renderer().render(&[group]) + "\n";
        match at {
            Some((script, place)) if columns_off != 0 => placed(&text, script, place, columns_off),
            _ => text,
        }
    }

    fn renderer(self) -> Renderer {
        if self.colour { Renderer::styled() } else { Renderer::plain() }
    }
}

/// Makes text of any length and origin safe to show in a message.
fn words(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(WORDS_CHARS_MAX) else { return printable(text) };
    let (shown, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{}{CUT} ({} more bytes)", printable(shown), rest.len())
}

fn snippet<'a>(script: &ScriptText, window: Window) -> Snippet<'a, Annotation<'a>> {
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(printable(&script.name))
        .fold(false)
        .annotation(AnnotationKind::Primary.span(window.span))
}

/// Replaces the renderer's column, counted within the shown part, by the column in the whole line.
fn placed(text: &str, script: &ScriptText, place: Place, columns_off: usize) -> String {
    let name = printable(&script.name);
    let counted = (place.column as usize).saturating_sub(columns_off);
    let arrow = text.find("--> ").unwrap_or_default();
    let (before, after) = text.split_at_checked(arrow).unwrap_or(("", text));
    let shown = format!("{name}:{}:{counted}\n", place.line);
    let (shown, meant) = match after.contains(&shown) {
        true => (shown, format!("{name}:{}:{}\n", place.line, place.column)),
        // A colour code ends before the line does.
        false => {
            (format!("{name}:{}:{counted}\u{1b}", place.line), format!("{name}:{}:{}\u{1b}", place.line, place.column))
        }
    };
    format!("{before}{}", after.replacen(&shown, &meant, 1))
}

/// A line, the line before it, and a byte range in them.
#[derive(Debug, PartialEq)]
struct Window {
    text: String,
    first_line: usize,
    span: Range<usize>,
    /// Columns cut off in front, minus the width of the mark in their place.
    columns_off: usize,
}

impl Window {
    fn around(script: &ScriptText, place: Place) -> Option<Self> {
        let at = (place.line as usize).checked_sub(1)?;
        let column = (place.column as usize).saturating_sub(1);
        // The rest of the line decides whether all of it fits.
        let rest = script.line(at, column)?.chars().take(LINE_CHARS_MAX).count();
        let cut = if column + rest <= LINE_CHARS_MAX { 0 } else { column.saturating_sub(BEFORE_CHARS_MAX) };
        let line = Part::of(script.line(at, cut)?, cut > 0);
        let from = line.byte_of(column - cut);
        let to = end_column(place).map_or(from, |end| line.byte_of(end.saturating_sub(cut + 1)));
        let before = at.checked_sub(1).and_then(|before| Some(Part::of(script.line(before, 0)?, false).text + "\n"));
        let first_line = if before.is_some() { at } else { at + 1 };
        let before = before.unwrap_or_default();
        let start = before.len();
        let span = start + from..start + to.max(line.next_char(from));
        Some(Self { text: before + &line.text, first_line, span, columns_off: cut.saturating_sub(1) })
    }
}

/// The shown part of a line, with marks where it was cut.
struct Part {
    text: String,
    /// Bytes of the mark in front.
    offset: usize,
}

impl Part {
    fn of(rest: &str, is_cut: bool) -> Self {
        let mut text = String::with_capacity(2 * LINE_CHARS_MAX);
        text.extend(is_cut.then_some(CUT));
        let offset = text.len();
        let mut chars = rest.chars();
        text.extend(chars.by_ref().take(LINE_CHARS_MAX).map(visible));
        text.extend(chars.next().map(|_| CUT));
        Self { text, offset }
    }

    fn byte_of(&self, column: usize) -> usize {
        let shown = self.text.get(self.offset..).unwrap_or_default();
        shown.char_indices().nth(column).map_or(self.text.len(), |(at, _)| self.offset + at)
    }

    fn next_char(&self, from: usize) -> usize {
        from + self.text.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }
}

/// Replaces characters that the renderer would pass to the terminal unchanged; it shows other control characters as
/// symbols.
fn visible(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
        other => other,
    }
}

/// Returns the column just past the end, if the end is on the same line.
fn end_column(place: Place) -> Option<usize> {
    place.end.filter(|(line, _)| *line == place.line).map(|(_, column)| column as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Canvas = Canvas { colour: false };

    fn place(line: u32, column: u32, end: Option<(u32, u32)>) -> Place {
        Place { line, column, end }
    }

    #[track_caller]
    fn marked(text: &str, place: Place, expected: &str) -> Window {
        let window = Window::around(&ScriptText::new("a.ts", text), place).expect("a window");
        assert_eq!(window.text.get(window.span.clone()), Some(expected), "{window:?}");
        assert!(window.text.chars().count() <= 2 * (LINE_CHARS_MAX + 2) + 1, "{window:?}");
        window
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
    fn a_long_line_is_a_window_around_the_place() {
        for (before, after) in [(0, 1_000_000), (60, 1_000_000), (500_000, 500_000), (1_000_000, 0)] {
            let text = format!("é\n{}needle{}", "字".repeat(before), "y".repeat(after));
            let column = u32::try_from(before).expect("small") + 1;
            let window = marked(&text, place(2, column, Some((2, column + 6))), "needle");
            let (_, line) = window.text.split_once('\n').expect("two lines");
            assert_eq!((line.starts_with('…'), line.ends_with('…')), (before > 0, after > 0), "{line}");
        }
        let whole = format!("{}needle", "x".repeat(100));
        assert_eq!(marked(&whole, place(1, 101, Some((1, 107))), "needle").text, whole, "what fits is not cut");
        let text = format!("{}\nneedle", "x".repeat(500));
        assert!(marked(&text, place(2, 1, Some((2, 7))), "needle").text.contains("x…\n"));
        // A range longer than the window is marked as far as it is shown.
        let long = "z".repeat(10_000);
        let window = Window::around(&ScriptText::new("a", long), place(1, 1, Some((1, 10_001)))).expect("a window");
        assert_eq!(window.span, 0..window.text.len());
    }

    #[test]
    fn a_place_outside_the_text_shows_no_lines() {
        assert_eq!(Window::around(&ScriptText::new("a", "a"), place(9, 1, None)), None);
        assert_eq!(Window::around(&ScriptText::new("a", "a"), place(0, 0, None)), None);
    }

    #[test]
    fn carets_stand_below_the_place_with_tabs_and_wide_characters() {
        let shown = |text: &str, at: Place| {
            let message = Message { title: "t", code: None, place: Some(at), notes: Vec::new(), hint: None };
            PLAIN.error(&message, Some(&ScriptText::new("a.ts", text)))
        };
        assert_eq!(
            shown("\t字 = x\u{9b}31m", place(1, 6, Some((1, 7)))),
            "error: t\n --> a.ts:1:6\n  |\n1 |     字 = x\u{fffd}31m\n  |          ^\n"
        );
        let text = format!("{}x{}", "字".repeat(5_000), "y".repeat(5_000));
        let text = shown(&text, place(1, 5_001, Some((1, 5_002))));
        assert!(text.contains(" --> a.ts:1:5001\n"), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let line = lines.iter().position(|line| line.starts_with("1 |")).expect("the line");
        let width = |text: &str| text.chars().map(|c| if c == '字' { 2 } else { 1 }).sum::<usize>();
        let (before, _) = lines[line].split_once('x').expect("the place is shown");
        assert_eq!(width(before), lines[line + 1].find('^').expect("a caret"), "{text}");
    }

    #[test]
    fn an_error_shows_line_column_caret_and_hint() {
        let script = ScriptText::new("a.ts", "let a = 1;\nlet b = tools.githb.x();\n");
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
