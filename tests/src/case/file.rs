//! The text of a case file: taken apart, and put together again with a new transcript.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::Header;

/// How a language writes a comment that holds the header or the transcript.
struct Comment {
    head: &'static str,
    foot: &'static str,
    end: &'static str,
    /// What stands for `end` inside.
    escaped: &'static str,
}

const JAVASCRIPT: Comment = Comment { head: "/* case", foot: "/* transcript\n", end: "*/", escaped: "*\\/" };
const WEBASSEMBLY: Comment = Comment { head: "(; case", foot: "(; transcript\n", end: ";)", escaped: ";\\)" };

fn comment(text: &str) -> &'static Comment {
    if text.starts_with(WEBASSEMBLY.head) { &WEBASSEMBLY } else { &JAVASCRIPT }
}

/// A case file in its parts.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// What its header says.
    pub header: Header,
    /// The script, with the header's lines empty, so that each place is its place in the file.
    pub script: String,
    /// What is expected.
    pub transcript: String,
    /// Header and script as they stand.
    body: String,
}

impl CaseFile {
    /// Reads a case file.
    ///
    /// # Errors
    ///
    /// When it cannot be read or its header is no such JSON.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)?;
        Self::parse(&text).with_context(|| format!("{} is no case file", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let comment = comment(text);
        let (body, transcript) = text.rsplit_once(comment.foot).unwrap_or((text, ""));
        let transcript = transcript.trim_end().strip_suffix(comment.end).unwrap_or(transcript);
        let (header, script) = match body.strip_prefix(comment.head) {
            None => (Header::default(), body.to_owned()),
            Some(rest) => {
                let (json, script) = rest.split_once(comment.end).context("the header has no end")?;
                (serde_json::from_str(json).context("the header")?, blank(json) + script)
            }
        };
        let transcript = transcript.replace(comment.escaped, comment.end);
        Ok(Self { header, script, transcript, body: body.to_owned() })
    }

    /// Writes the file with another transcript.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn rewrite(&self, path: &Path, transcript: &str) -> Result<()> {
        let gap = if self.body.ends_with('\n') || self.body.is_empty() { "" } else { "\n" };
        let Comment { foot, end, escaped, .. } = comment(&self.body);
        let transcript = transcript.replace(end, escaped);
        fs::write(path, format!("{}{gap}{foot}{transcript}{end}\n", self.body))?;
        Ok(())
    }
}

fn blank(text: &str) -> String {
    text.chars().filter(|&c| c == '\n').collect()
}
