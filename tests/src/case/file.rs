//! Parses the text of a case file, and writes it with new transcripts.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use callbox::Engine;

use super::Header;

/// How a language writes a comment with the header or a transcript.
struct Comment {
    head: &'static str,
    foot: &'static str,
    end: &'static str,
    /// Replaces `end` inside the comment.
    escaped: &'static str,
}

const JAVASCRIPT: Comment = Comment { head: "/* case", foot: "/* transcript", end: "*/", escaped: "*\\/" };
const WEBASSEMBLY: Comment = Comment { head: "(; case", foot: "(; transcript", end: ";)", escaped: ";\\)" };

impl Comment {
    fn of(text: &str) -> &'static Self {
        if text.starts_with(WEBASSEMBLY.head) { &WEBASSEMBLY } else { &JAVASCRIPT }
    }

    /// Takes the last transcript off a text: returns what precedes it, and the transcript. The words that begin it are
    /// followed by the name of its engine, or nothing.
    fn last_transcript<'a>(&self, text: &'a str) -> Option<(&'a str, Transcript)> {
        let (before, rest) = text.trim_end().strip_suffix(self.end)?.rsplit_once(self.foot)?;
        let (engine, lines) = rest.split_once('\n')?;
        let engine = match engine.trim() {
            "" => None,
            name => Some(name.parse().ok()?),
        };
        (!lines.contains(self.end))
            .then(|| (before, Transcript { engine, text: lines.replace(self.escaped, self.end) }))
    }

    fn written(&self, transcript: &Transcript) -> String {
        let engine = transcript.engine.map(|engine| format!(" {engine}")).unwrap_or_default();
        format!("{}{engine}\n{}{}\n", self.foot, transcript.text.replace(self.end, self.escaped), self.end)
    }
}

/// The transcript of a case.
#[derive(Debug, Clone)]
struct Transcript {
    /// The engine it is for; `None` if it applies to all engines without their own.
    engine: Option<Engine>,
    text: String,
}

/// The parts of a case file.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The parsed header.
    pub header: Header,
    /// The script, with the header's lines left blank so that positions match the file.
    pub script: String,
    /// The expected transcripts.
    transcripts: Vec<Transcript>,
    /// Header and script as written.
    body: String,
}

impl CaseFile {
    /// Reads a case file.
    ///
    /// # Errors
    ///
    /// If it cannot be read or its header is malformed.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)?;
        Self::parse(&text).with_context(|| format!("{} is not a case file", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let comment = Comment::of(text);
        let (mut body, mut transcripts) = (text, Vec::new());
        while let Some((before, transcript)) = comment.last_transcript(body) {
            transcripts.push(transcript);
            body = before;
        }
        let (header, script) = match body.strip_prefix(comment.head) {
            None => (Header::default(), body.to_owned()),
            Some(rest) => {
                let (json, script) = rest.split_once(comment.end).context("the header has no end")?;
                (serde_json::from_str(json).context("the header")?, blank(json) + script)
            }
        };
        Ok(Self { header, script, transcripts, body: body.to_owned() })
    }

    /// Returns the engines that the case is for; `None` alone for a WebAssembly case.
    #[must_use]
    pub fn engines(&self) -> Vec<Option<Engine>> {
        match self.header.engine {
            _ if self.body.starts_with(WEBASSEMBLY.head) => vec![None],
            Some(engine) => vec![Some(engine)],
            None => Engine::ALL.iter().copied().map(Some).collect(),
        }
    }

    /// Returns the transcript expected in an engine: its own, else the one for all.
    #[must_use]
    pub fn transcript(&self, engine: Option<Engine>) -> &str {
        let of = |engine| self.transcripts.iter().find(move |transcript| transcript.engine == engine);
        of(engine).or_else(|| of(None)).map_or("", |transcript| &transcript.text)
    }

    /// Rewrites the file with the transcripts that each engine gave. The first one applies to all; another engine gets
    /// its own only if it differs.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn rewrite(&self, path: &Path, found: &[(Option<Engine>, String)]) -> Result<()> {
        Ok(fs::write(path, self.with_transcripts(found))?)
    }

    fn with_transcripts(&self, found: &[(Option<Engine>, String)]) -> String {
        let first = found.first().map_or("", |(_, text)| text);
        let common = Transcript { engine: None, text: first.to_owned() };
        let others = found.iter().filter(|(_, text)| text != first);
        let others = others.map(|(engine, text)| Transcript { engine: *engine, text: text.clone() });
        let gap = if self.body.ends_with('\n') || self.body.is_empty() { "" } else { "\n" };
        let comment = Comment::of(&self.body);
        let written: String = std::iter::once(common).chain(others).map(|it| comment.written(&it)).collect();
        format!("{}{gap}{written}", self.body)
    }
}

fn blank(text: &str) -> String {
    text.chars().filter(|&c| c == '\n').collect()
}
