//! Measures how deeply brackets nest before parsing, so that a script that would overflow the parser's stack is
//! rejected with a message and a place. Not a lexer.

/// The bracket nesting of a script, measured without parsing it.
pub(crate) struct Depth {
    /// Maximum number of open brackets.
    pub(crate) brackets: u32,
    /// Byte offset of the innermost bracket.
    pub(crate) at: u32,
}

pub(crate) fn measure(text: &str) -> Depth {
    let mut scan = Scan::new(text.as_bytes());
    scan.code();
    Depth { brackets: scan.deepest, at: u32::try_from(scan.deepest_at).unwrap_or(u32::MAX) }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// A scanner over the bytes that recognises strings, templates, comments and, roughly, regular expressions.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: u32,
    deepest: u32,
    deepest_at: usize,
    /// Depths at which a `}` closes a `${` and the template continues.
    templates: Vec<u32>,
    /// Whether a `/` here would begin a regular expression.
    operand_next: bool,
}

impl<'t> Scan<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, depth: 0, deepest: 0, deepest_at: 0, templates: Vec::new(), operand_next: true }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn code(&mut self) {
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'"' | b'\'' => self.literal(byte),
                b'`' => self.template(),
                b'/' => self.slash(),
                b'(' | b'[' | b'{' => self.open(),
                b')' | b']' | b'}' => self.close(byte),
                byte if is_word(byte) => self.word(),
                _ => self.operand_next = true,
            }
        }
    }

    fn open(&mut self) {
        self.depth += 1;
        self.operand_next = true;
        if self.depth > self.deepest {
            self.deepest = self.depth;
            self.deepest_at = self.at - 1;
        }
    }

    fn close(&mut self, byte: u8) {
        self.depth = self.depth.saturating_sub(1);
        self.operand_next = byte == b'}';
        if byte == b'}' && self.templates.last() == Some(&self.depth) {
            self.templates.pop();
            self.template();
        }
    }

    /// Skips to the closing quote or slash, or to the end of the line, which always ends a literal.
    fn literal(&mut self, quote: u8) {
        let mut in_class = false;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => break,
                b'[' => in_class = quote == b'/',
                b']' => in_class = false,
                byte if byte == quote && !in_class => break,
                _ => {}
            }
        }
        self.operand_next = false;
    }

    fn template(&mut self) {
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.peek() == Some(b'{') => {
                    self.at += 1;
                    self.templates.push(self.depth);
                    return self.open();
                }
                _ => {}
            }
        }
        self.operand_next = false;
    }

    fn slash(&mut self) {
        match self.peek() {
            Some(b'/') => self.skip_until(b"\n"),
            Some(b'*') => {
                self.at += 1;
                self.skip_until(b"*/");
            }
            _ if self.operand_next => self.literal(b'/'),
            _ => self.operand_next = true,
        }
    }

    fn skip_until(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at += found.map_or(rest.len(), |found| found + end.len());
    }

    fn word(&mut self) {
        let start = self.at - 1;
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        self.operand_next = matches!(
            word,
            b"return"
                | b"typeof"
                | b"case"
                | b"in"
                | b"of"
                | b"await"
                | b"void"
                | b"delete"
                | b"throw"
                | b"else"
                | b"yield"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, brackets: u32) {
        assert_eq!(measure(text).brackets, brackets, "{text}");
    }

    #[test]
    fn brackets_are_counted_in_code_only() {
        check("f(g([1]))", 3);
        check("'(((' + \"[[[\" + `{{{`", 0);
        check("'\\'((' + (1)", 1);
        check("// (((\n/* [[[ */ (1)", 1);
        check("`${`${(1)}`} ((` + [1]", 3);
        check("a = /[(/(]((/.test(x)", 1);
        check("(a) / (b) / (c)", 1);
        check("return /((/.test(x)", 1);
        check("'unclosed ((\n(1)", 1);
    }
}
