//! What is wrong with a script before it runs.

use callbox::Diagnostic;

use super::excerpt::{Canvas, Message, ScriptText};

/// Every diagnostic with its lines.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic], script: &ScriptText, canvas: Canvas) -> String {
    let shown = diagnostics.iter().map(|diagnostic| {
        let message = Message {
            title: &diagnostic.message,
            code: Some(diagnostic.code.as_str()),
            place: diagnostic.place,
            notes: Vec::new(),
            hint: diagnostic.hint.as_deref(),
        };
        canvas.error(&message, Some(script))
    });
    shown.collect::<Vec<_>>().join("\n")
}
