//! Keeps a deeply nested script from overflowing the stack of the compiler: a bracket count before
//! parsing, and a stack that is large enough for what the text could hold at worst. Not a lexer.

use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// How a script nests, told without parsing it.
pub(super) struct Depth {
    /// Most brackets open at once.
    pub(super) brackets: u32,
    /// Byte offset of the innermost bracket.
    pub(super) at: u32,
    /// Words and punctuation marks, strings and comments included: no parser can recurse oftener,
    /// however wrong the bracket count may be.
    pub(super) tokens: usize,
}

pub(super) fn measure(text: &str) -> Depth {
    let mut scan = Scan::new(text.as_bytes());
    scan.code();
    Depth {
        brackets: scan.deepest,
        at: u32::try_from(scan.deepest_at).unwrap_or(u32::MAX),
        tokens: tokens(text.as_bytes()),
    }
}

/// Most stack a token can cost in parser, analysis, transformer and printer. Measured over 26
/// ways to nest: 1.6 KiB with optimisation (a bracket that is never closed), 0.64 KiB without
/// brackets. Unoptimised frames are several times as large.
const STACK_BYTES_PER_TOKEN: usize = if cfg!(debug_assertions) { 8 << 10 } else { 2 << 10 };
/// What the caller's own stack surely has left: threads start with 2 MiB.
const OWN_STACK_BYTES: usize = 1 << 20;
/// Address space, of which the deepest script that is accepted touches a few MiB.
const STACK_BYTES_MAX: usize = 2 << 30;

/// Runs `work` with stack enough for a text of so many tokens.
pub(super) fn with_stack<T: Send>(tokens: usize, work: impl FnOnce() -> T + Send) -> Result<T, Diagnostic> {
    let needed = tokens.saturating_mul(STACK_BYTES_PER_TOKEN);
    if needed <= OWN_STACK_BYTES {
        return Ok(work());
    }
    if needed > STACK_BYTES_MAX {
        return Err(too_large(tokens));
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("callbox-compile".into()).stack_size(needed + OWN_STACK_BYTES);
        let running = thread.spawn_scoped(scope, work).map_err(|_| too_large(tokens))?;
        running.join().or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn too_large(tokens: usize) -> Diagnostic {
    let message = format!("the script has {tokens} words and marks, too many to compile here");
    Diagnostic::new(DiagnosticCode::TooDeep, message).hint("Pass data as `input` and split the script.")
}

fn tokens(bytes: &[u8]) -> usize {
    let mut count = 0;
    let mut in_word = false;
    for byte in bytes {
        let word = is_word(*byte);
        count += usize::from(!(byte.is_ascii_whitespace() || word && in_word));
        in_word = word;
    }
    count
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// A walk over the bytes that knows strings, templates, comments and, roughly, regular expressions.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: u32,
    deepest: u32,
    deepest_at: usize,
    /// Depths at which a `}` ends a `${` and the template goes on.
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

    /// To the closing quote or slash, or to the end of the line, which ends it in any case.
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

    #[test]
    fn tokens_bound_the_recursion() {
        for (text, count) in [("return 1", 2), ("!!a.b", 5), ("", 0), ("'é é'", 4)] {
            assert_eq!(measure(text).tokens, count, "{text}");
        }
    }

    #[test]
    fn large_work_gets_its_stack() {
        fn descend(n: u32) -> u32 {
            let ballast = std::hint::black_box([n; 64]);
            if n == 0 { 0 } else { 1 + descend(ballast[0] - 1) }
        }
        assert_eq!(with_stack(50_000, || descend(50_000)).ok(), Some(50_000));
    }
}
