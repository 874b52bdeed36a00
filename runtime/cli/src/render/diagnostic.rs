//! Renders what is wrong with a script before it runs.

use callbox::outcome::Diagnostic;

use super::excerpt::{Canvas, Message, ScriptText};

/// Renders the first diagnostics with their lines, and counts the rest.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic], script: &ScriptText, canvas: Canvas) -> String {
    let (first, more) = Diagnostic::first(diagnostics);
    let shown = first.iter().map(|diagnostic| {
        let message = Message {
            title: &diagnostic.message,
            code: Some(diagnostic.code.as_str()),
            place: diagnostic.place,
            notes: Vec::new(),
            hint: diagnostic.hint.as_deref(),
        };
        canvas.error(&message, Some(script))
    });
    let more = (more > 0).then(|| format!("… and {} more\n", grouped(more)));
    shown.chain(more).collect::<Vec<_>>().join("\n")
}

/// Formats a number with separators: `9,980`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let before = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| before(at).then_some(',').into_iter().chain([digit])).collect()
}

#[cfg(test)]
mod tests {
    use callbox::outcome::{DiagnosticCode, Place};

    use super::*;

    #[test]
    fn very_many_are_shown_in_part_and_counted() {
        let wrong = |column| {
            let place = Place { line: 1, column, end: None };
            Diagnostic::new(DiagnosticCode::Import, format!("no `require` {column}")).at(place)
        };
        let all: Vec<_> = (1..=10_000).map(wrong).collect();
        let script = ScriptText::new("a.js", "require;".repeat(20_000));
        let text = diagnostics(&all, &script, Canvas { colour: false });
        assert!(text.contains("no `require` 21\n") && !text.contains("no `require` 22\n"), "{text}");
        assert!(text.ends_with("\n… and 9,979 more\n") && text.len() < 20_000, "{text}");
        let few = diagnostics(all.get(..21).expect("21"), &script, Canvas { colour: false });
        assert!(!few.contains("more"), "{few}");
        assert_eq!((grouped(7), grouped(999), grouped(1_234_567)), ("7".into(), "999".into(), "1,234,567".into()));
    }
}
