//! Lines within a token budget. A page escapes its lines, so its text is always safe to show.

use callbox::internal::foreign;
use callbox_bindings::count_tokens_within;

/// Maximum tokens of the mark at the end of a cut line.
const MARK_TOKENS: usize = 16;

/// Lines that together take a bounded number of tokens.
pub(crate) struct Page {
    text: String,
    tokens_max: usize,
    left: usize,
}

impl Page {
    pub(crate) fn new(tokens_max: usize) -> Self {
        Self { text: String::new(), tokens_max, left: tokens_max }
    }

    /// Returns the tokens that its lines take.
    pub(crate) fn used(&self) -> usize {
        self.tokens_max - self.left
    }

    /// Returns the tokens that are left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Adds a line if all of it fits.
    pub(crate) fn add(&mut self, line: &str) -> bool {
        let line = foreign::text(line.trim_end());
        // A line end takes at most one token.
        let Some(tokens) = self.left.checked_sub(1).and_then(|room| count_tokens_within(&line, room)) else {
            return false;
        };
        if !line.is_empty() {
            self.left -= tokens + 1;
            self.push(&line);
        }
        true
    }

    /// Adds a line, or as much of it as fits into `tokens_max` and into the rest of the budget.
    pub(crate) fn add_cut(&mut self, line: &str, tokens_max: usize) -> bool {
        let line = clipped(&foreign::text(line.trim_end()), tokens_max.min(self.left.saturating_sub(1)));
        !line.is_empty() && self.add(&line)
    }

    /// Adds the lines of another page, at the cost of this one's budget.
    pub(crate) fn append(&mut self, page: &Self) {
        if self.add(&page.text) || page.text.is_empty() {
            return;
        }
        self.add_cut(&page.text, usize::MAX);
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn push(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }
}

/// Returns the text, or as much of its beginning as fits into `tokens_max`, with a mark that counts the missing bytes.
pub(super) fn clipped(text: &str, tokens_max: usize) -> String {
    if count_tokens_within(text, tokens_max).is_some() {
        return text.to_owned();
    }
    let room = tokens_max.saturating_sub(MARK_TOKENS);
    // Every token has at least one byte. Invariant: `fits` fits, `too_long` does not.
    let (mut fits, mut too_long) = (0, text.len());
    while too_long - fits > 1 {
        let middle = fits + (too_long - fits) / 2;
        match count_tokens_within(beginning(text, middle), room) {
            Some(_) => fits = middle,
            None => too_long = middle,
        }
    }
    let start = beginning(text, fits);
    let clipped = format!("{start}… ({} more bytes)", text.len() - start.len());
    // If not even the mark fits, return nothing.
    Some(clipped).filter(|clipped| count_tokens_within(clipped, tokens_max).is_some()).unwrap_or_default()
}

fn beginning(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use callbox_bindings::count_tokens;

    use super::*;

    #[test]
    fn a_page_keeps_to_its_budget() {
        for tokens_max in [0, 1, 5, 20, 100, 1_000] {
            let mut page = Page::new(tokens_max);
            page.add_cut(&"words of a server ".repeat(1_000), tokens_max / 2);
            for at in 0..50 {
                page.add(&format!("- line {at}\u{1b}"));
            }
            page.add_cut(&"é漢😀\u{202e}".repeat(1_000), usize::MAX);
            let text = page.into_text();
            assert!(count_tokens(&text) <= tokens_max, "{} of {tokens_max}: {text}", count_tokens(&text));
            assert!(!text.contains(['\u{1b}', '\u{202e}']));
        }
    }

    #[test]
    fn what_is_cut_says_so_and_uses_its_room() {
        let cut = clipped(&"words of a server ".repeat(100_000), 1_000);
        assert!((950..=1_000).contains(&count_tokens(&cut)) && cut.ends_with(" more bytes)"), "{}", count_tokens(&cut));
        assert_eq!(clipped("short", 5), "short");
    }
}
