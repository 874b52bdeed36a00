//! Splits JavaScript into tokens, accurately enough to mutate and shorten it. Works on text that is not JavaScript,
//! too.

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Space,
    Word,
    /// A number, a string, a whole template, or a regular expression.
    Literal,
    Mark,
}

/// A token and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) sort: Sort,
    pub(crate) text: String,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

const MARKS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
];
/// After these words, a slash begins a regular expression.
const BEFORE_REGEX: &[&str] =
    &["return", "typeof", "case", "in", "of", "await", "yield", "delete", "void", "throw", "new"];

/// Returns the tokens; together they make up the text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let before = tokens.iter().rev().find(|token| token.sort != Sort::Space);
        let (sort, length) = first(rest, before);
        let (piece, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        tokens.push(Token { sort, text: piece.to_owned() });
        rest = behind;
    }
    tokens
}

/// Joins tokens back into text.
pub(crate) fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

fn first(rest: &str, before: Option<&Token>) -> (Sort, usize) {
    let while_is = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    let next = rest.chars().next().unwrap_or_default();
    match next {
        _ if next.is_whitespace() => (Sort::Space, while_is(char::is_whitespace)),
        _ if rest.starts_with("//") => (Sort::Space, rest.find('\n').unwrap_or(rest.len())),
        _ if rest.starts_with("/*") => (Sort::Space, rest.find("*/").map_or(rest.len(), |at| at + 2)),
        '0'..='9' => (Sort::Literal, number(rest)),
        '"' | '\'' => (Sort::Literal, closed(rest, next)),
        '`' => (Sort::Literal, template(rest)),
        '/' if begins_regex(before) => (Sort::Literal, regex(rest)),
        _ if is_word(next) => (Sort::Word, while_is(is_word)),
        _ => {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
            (Sort::Mark, mark.map_or(next.len_utf8(), |mark| mark.len()))
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#')
}

fn number(rest: &str) -> usize {
    let mut before = ' ';
    let ends = |c: char| {
        let goes_on =
            c.is_alphanumeric() || c == '.' || c == '_' || (matches!(c, '+' | '-') && matches!(before, 'e' | 'E'));
        before = c;
        !goes_on
    };
    rest.find(ends).unwrap_or(rest.len())
}

fn closed(rest: &str, end: char) -> usize {
    let mut escaped = true;
    let ends = |c: char| {
        let is_end = !escaped && (c == end || c == '\n');
        escaped = !escaped && c == '\\';
        is_end
    };
    rest.find(ends).map_or(rest.len(), |at| at + 1)
}

fn template(rest: &str) -> usize {
    let (mut depth, mut escaped) = (0_usize, true);
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' if depth > 0 || rest.get(..at).is_some_and(|before| before.ends_with('$')) => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '`' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn begins_regex(before: Option<&Token>) -> bool {
    before.is_none_or(|token| match token.sort {
        Sort::Word => BEFORE_REGEX.contains(&token.text.as_str()),
        Sort::Mark => !matches!(token.text.as_str(), ")" | "]" | "}"),
        Sort::Literal | Sort::Space => false,
    })
}

fn regex(rest: &str) -> usize {
    let (mut escaped, mut class) = (true, false);
    let ends = |c: char| {
        let is_end = !escaped && !class && matches!(c, '/' | '\n');
        match c {
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = !escaped && c == '\\';
        is_end
    };
    let end = rest.find(ends).map_or(rest.len(), |at| at + 1);
    let flags = rest.get(end..).unwrap_or_default();
    end + flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len())
}
