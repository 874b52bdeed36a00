//! Removes a Markdown code fence around a script by blanking it, so that offsets do not change. Not a Markdown parser.

use std::borrow::Cow;
use std::ops::Range;

use crate::compile::{Code, Diagnostic};

/// Replaces a fence, and the prose around it, by spaces.
///
/// A line that begins with three backticks is a fence: in JavaScript it could only be inside a template literal, where
/// the backticks would be escaped.
pub(crate) fn unfence(author: &str) -> Result<Cow<'_, str>, Diagnostic> {
    if !author.contains("```") {
        return Ok(Cow::Borrowed(author));
    }
    match fences(author).as_slice() {
        [] => Ok(Cow::Borrowed(author)),
        [open] if author.get(..open.start).is_some_and(|before| before.trim().is_empty()) => {
            Ok(Cow::Owned(keep_only(author, open.end..author.len())))
        }
        [open, close] => Ok(Cow::Owned(keep_only(author, open.end..close.start))),
        _ => Err(several_blocks()),
    }
}

/// Returns the ranges of fence lines, without line ends.
fn fences(author: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in author.split_inclusive('\n') {
        if line.trim_start().starts_with("```") && is_info(line) {
            found.push(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    found
}

/// Checks whether at most one word follows the backticks, as in ```` ```ts ````.
fn is_info(line: &str) -> bool {
    line.trim().trim_start_matches('`').chars().all(|c| c.is_ascii_alphanumeric())
}

/// Replaces each byte of `author` outside `kept` by a space, except line ends.
fn keep_only(author: &str, kept: Range<usize>) -> String {
    let blank = |text: Option<&str>| -> String {
        let bytes = text.unwrap_or_default().bytes();
        bytes.map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect()
    };
    let mut text = blank(author.get(..kept.start));
    text.push_str(author.get(kept.clone()).unwrap_or_default());
    text.push_str(&blank(author.get(kept.end..)));
    text
}

fn several_blocks() -> Diagnostic {
    Diagnostic::new(Code::Syntax, "expected one code block, found several or an unpaired fence")
        .hint("Send the script alone, or in one fenced block.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(author: &str, expected: Option<&str>) {
        let text = unfence(author);
        if let Ok(text) = &text {
            assert_eq!(text.len(), author.len(), "{author:?}");
        }
        let text = text.ok();
        assert_eq!(text.as_deref().map(str::trim), expected, "{author:?}");
    }

    #[test]
    fn fence_is_blanked() {
        check("return 1", Some("return 1"));
        check("```js\nreturn 1\n```", Some("return 1"));
        check("\n  ```typescript\r\nreturn 1\r\n```\r\n\r\n", Some("return 1"));
        check("```\nreturn 1", Some("return 1"));
        check("Here it is – enjoy:\n\n```ts\nreturn 1\n```\nDone.", Some("return 1"));
        check("return '```js'", Some("return '```js'"));
        check("```js\nconst a = `\n\\`\\`\\`\n`\n```", Some("const a = `\n\\`\\`\\`\n`"));
        check("```js\n1\n```\n```js\n2\n```", None);
        check("some prose\n```js\n1", None);
    }
}
