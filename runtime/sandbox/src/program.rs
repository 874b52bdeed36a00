//! The program of a run, detected by its content: JavaScript or TypeScript text, or WebAssembly. Compiles nothing.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use sha2::{Digest, Sha256};

use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    script::Script,
};

/// A script in one of its forms.
#[derive(Debug, Clone)]
pub enum Program {
    /// JavaScript or TypeScript.
    Script(String),
    /// Compiled JavaScript or TypeScript.
    Compiled(Script),
    /// A WebAssembly component, or something that can be turned into one.
    Component(ComponentSource),
}

/// A WebAssembly script as built: a component or a core module, binary or as `.wat` text. Cheap to clone; clones share
/// the hash of the bytes, so keep one if the same component runs often.
#[derive(Clone)]
pub struct ComponentSource(Arc<Source>);

struct Source {
    bytes: Vec<u8>,
    hash: OnceLock<[u8; 32]>,
}

const WASM_MAGIC: &[u8] = b"\0asm";
const ELF_MAGIC: &[u8] = b"\x7fELF";

impl Program {
    /// Detects what `bytes` are by their content, never by a name.
    ///
    /// ```
    /// use callbox::Program;
    ///
    /// assert!(matches!(Program::detect(b"return 1".to_vec()), Ok(Program::Script(_))));
    /// assert!(matches!(Program::detect(b"\0asm\x0d\0\x01\0".to_vec()), Ok(Program::Component(_))));
    /// assert!(matches!(Program::detect(b"(component)".to_vec()), Ok(Program::Component(_))));
    /// ```
    ///
    /// # Errors
    ///
    /// Returns a [`Diagnostic`] for code that was compiled ahead of time, which cannot be trusted, and for bytes that
    /// are neither WebAssembly nor UTF-8.
    pub fn detect(bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        if is_precompiled(&bytes) {
            return Err(precompiled());
        }
        if bytes.starts_with(WASM_MAGIC) {
            return Ok(Self::Component(ComponentSource::new(bytes)));
        }
        let text = String::from_utf8(bytes).map_err(|_| neither())?;
        if is_wat(&text) {
            return Ok(Self::Component(ComponentSource::new(text.into_bytes())));
        }
        Ok(Self::Script(text))
    }

    /// Returns its size as the author wrote it, bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Script(text) => text.len() as u64,
            Self::Compiled(script) => script.source_bytes(),
            Self::Component(source) => source.bytes().len() as u64,
        }
    }
}

impl From<&str> for Program {
    fn from(text: &str) -> Self {
        Self::Script(text.to_owned())
    }
}

impl From<String> for Program {
    fn from(text: String) -> Self {
        Self::Script(text)
    }
}

impl From<Script> for Program {
    fn from(script: Script) -> Self {
        Self::Compiled(script)
    }
}

impl From<ComponentSource> for Program {
    fn from(source: ComponentSource) -> Self {
        Self::Component(source)
    }
}

impl ComponentSource {
    /// Wraps a WebAssembly script; it is not validated until it is compiled.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(Source { bytes: bytes.into(), hash: OnceLock::new() }))
    }

    /// Returns the bytes as given.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Returns the SHA-256 of the bytes.
    pub(crate) fn hash(&self) -> [u8; 32] {
        *self.0.hash.get_or_init(|| Sha256::digest(&self.0.bytes).into())
    }
}

impl fmt::Debug for ComponentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ComponentSource({} bytes)", self.0.bytes.len())
    }
}

/// Checks whether a text is WebAssembly text: it starts with `(component` or `(module`.
fn is_wat(text: &str) -> bool {
    let Some(inside) = skip_blank(text).strip_prefix('(') else { return false };
    let inside = skip_blank(inside);
    let rest = inside.strip_prefix("component").or_else(|| inside.strip_prefix("module"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | '$')))
}

/// Skips white space, `;; …` and `(; … ;)`.
fn skip_blank(text: &str) -> &str {
    let mut text = text.trim_start();
    loop {
        let after = if let Some(line) = text.strip_prefix(";;") {
            line.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(block) = text.strip_prefix("(;") {
            after_block(block)
        } else {
            return text;
        };
        text = after.trim_start();
    }
}

/// Returns the text after a block comment whose start has been read and which may nest; empty if it does not end.
fn after_block(text: &str) -> &str {
    let (mut open, mut at) = (1_u32, 0);
    while let Some(pair) = text.as_bytes().get(at..at + 2) {
        match pair {
            b"(;" => open = open.saturating_add(1),
            b";)" => open = open.saturating_sub(1),
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if open == 0 {
            return text.get(at..).unwrap_or_default();
        }
    }
    ""
}

/// Checks whether the bytes are wasmtime's output of ahead-of-time compilation.
pub(crate) fn is_precompiled(bytes: &[u8]) -> bool {
    bytes.starts_with(ELF_MAGIC)
}

pub(crate) fn precompiled() -> Diagnostic {
    let message = "this code was compiled ahead of time (`.cwasm`), so it cannot be verified";
    Diagnostic::new(DiagnosticCode::Precompiled, message)
        .hint("Give the WebAssembly component itself; callbox compiles it and caches the result.")
}

fn neither() -> Diagnostic {
    let message = "the script is neither UTF-8 text nor WebAssembly";
    Diagnostic::new(DiagnosticCode::Syntax, message).hint("Give JavaScript, TypeScript or a WebAssembly component.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_component(text: &str, expected: bool) {
        let found = matches!(Program::detect(text.as_bytes().to_vec()), Ok(Program::Component(_)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_content_decides() {
        is_component("(component)", true);
        is_component(" ;; why\n (; a (; b ;) c ;) (component $x)", true);
        is_component("(module (memory 1))", true);
        is_component("(modules.x)()", false);
        is_component("(component.run)()", false);
        is_component("(; never ended (component)", false);
        is_component("return `(component)`", false);
        is_component("", false);
    }

    /// A linear scan of one megabyte takes milliseconds; one that started again at each character would take minutes.
    #[test]
    fn long_comments_take_linear_time() {
        let began = std::time::Instant::now();
        let count = 1 << 20;
        for text in ["(;", ";;", "(; ;)", ";;\n", "(;;;", " ", "(", "(;(;;)"] {
            is_component(&text.repeat(count), false);
            is_component(&(text.repeat(count) + "(component)"), matches!(text, "(; ;)" | ";;\n" | " "));
        }
        is_component(&("(;".repeat(count) + &";)".repeat(count) + "(component)"), true);
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:?}", began.elapsed());
    }

    #[test]
    fn compiled_code_is_refused_by_name() {
        let refused = Program::detect(b"\x7fELF\x02\x01".to_vec()).expect_err("it is refused");
        assert_eq!(refused.code, DiagnosticCode::Precompiled);
        let refused = Program::detect(vec![0xff, 0xfe, 0x00]).expect_err("it is refused");
        assert_eq!(refused.code, DiagnosticCode::Syntax);
    }
}
