//! Token counts; the only place that knows the tokenizer.

/// How many tokens a text is in the o200k vocabulary. The first call loads the vocabulary, which
/// takes about 50 ms.
pub fn count_tokens(text: &str) -> usize {
    bpe_openai::o200k_base().count(text)
}

/// How many tokens a text is, unless it is more than `tokens_max`. The work is bounded by `tokens_max`, whatever the
/// length of the text.
pub fn count_tokens_within(text: &str, tokens_max: usize) -> Option<usize> {
    if text.len() / TOKEN_BYTES_MAX > tokens_max {
        return None;
    }
    let tokenizer = bpe_openai::o200k_base();
    tokenizer.count_till_limit(&tokenizer.normalize(text), tokens_max)
}

/// The longest token of the vocabulary, bytes.
const TOKEN_BYTES_MAX: usize = 128;

/// How many tokens more or fewer a text is where another stands before it than where it stands alone.
///
/// The tokenizer never joins two lines, so that the tokens of lines can be added up, with one exception:
/// it takes punctuation at the end of a line together with slashes at the start of the next.
pub(super) fn seam(before: &str, after: &str) -> isize {
    if !after.starts_with('/') {
        return 0;
    }
    let (last, first) = (last_line(before), first_line(after));
    signed(count_tokens(&format!("{last}{first}"))) - signed(count_tokens(last)) - signed(count_tokens(first))
}

pub(super) fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

pub(super) fn first_line(text: &str) -> &str {
    text.split_inclusive('\n').next().unwrap_or_default()
}

pub(super) fn last_line(text: &str) -> &str {
    text.split_inclusive('\n').next_back().unwrap_or_default()
}
