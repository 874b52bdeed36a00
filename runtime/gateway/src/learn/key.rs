//! Tells names of fields from data by their spelling.

use callbox_mcp::internal::name_parts::{humps, parts, runs};

/// Maximum length of a name, about that of the longest property name in 1,966 real schemas.
const NAME_BYTES_MAX: usize = 40;
/// `sha256`, `p99_9` and `utf8` are names; `2024`, `e83c5163` and `user_10423` are data.
const DIGITS_MAX: usize = 4;
const DIGITS_IN_A_ROW_MAX: usize = 3;
const DIGIT_GROUPS_MAX: usize = 2;
/// At least this many hexadecimal digits, and nothing else, are a hash.
const HEX_BYTES_MIN: usize = 8;
/// In a name at least this long, the parts have at least this mean length.
const PARTS_BYTES_MIN: usize = 12;
const PART_BYTES_MEAN_MIN: usize = 3;
/// Maximum number of letters without a capital between them.
const PART_BYTES_MAX: usize = 16;
/// In a word, and in a name, at most about one inner capital per this many letters.
const WORD_BYTES_PER_CAPITAL: usize = 5;
const NAME_BYTES_PER_CAPITAL: usize = 7;
/// A part this short may be an abbreviation (`html`, `https`, `src`).
const ABBREVIATION_BYTES_MAX: usize = 5;
const CONSONANTS_MAX: usize = 4;

/// Whether a property's name looks like a field name chosen by somebody. In doubt it is data.
pub(super) fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'));
    let bare = name.strip_prefix('@').unwrap_or(name);
    let starts_well = bare.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'));
    (plain || bare.len() < name.len() && is_name(bare))
        && starts_well
        && name.len() <= NAME_BYTES_MAX
        && has_few_digits(name)
        && !is_hash(name)
        && has_letters_of_words(name)
}

/// Whether the text consists of ASCII letters combined as in words.
pub(super) fn is_pronounceable(letters: &str) -> bool {
    let parts = humps(letters);
    !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.len() <= 1 + letters.len().div_ceil(WORD_BYTES_PER_CAPITAL)
        && parts.iter().all(|part| is_part(part))
}

fn has_few_digits(name: &str) -> bool {
    let mut groups = name.split(|char: char| !char.is_ascii_digit()).filter(|group| !group.is_empty());
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    digits <= DIGITS_MAX
        && groups.clone().count() <= DIGIT_GROUPS_MAX
        && groups.all(|group| group.len() <= DIGITS_IN_A_ROW_MAX)
        && !ends_in_number(name)
}

/// `user_104` and `PROJ-104` are ids.
fn ends_in_number(name: &str) -> bool {
    let end = name.rsplit(['_', '-']).next().unwrap_or_default();
    end.len() < name.len() && end.len() >= DIGITS_IN_A_ROW_MAX && end.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hash(name: &str) -> bool {
    name.len() >= HEX_BYTES_MIN && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn has_letters_of_words(name: &str) -> bool {
    let parts = parts(name);
    let letters: usize = parts.iter().map(|part| part.len()).sum();
    let capitals = parts.len() - runs(name).count();
    let long_enough = name.len() < PARTS_BYTES_MIN || parts.len() * PART_BYTES_MEAN_MIN <= letters;
    long_enough && capitals <= 2 + name.len() / NAME_BYTES_PER_CAPITAL && parts.iter().all(|part| is_part(part))
}

fn is_part(part: &str) -> bool {
    if part.len() <= ABBREVIATION_BYTES_MAX {
        return true;
    }
    let is_vowel = |char: char| "aeiouyAEIOUY".contains(char);
    let consonants = part.split(is_vowel).map(str::len).max().unwrap_or_default();
    part.len() <= PART_BYTES_MAX && consonants <= CONSONANTS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_data() {
        for name in [
            "id",
            "created_at",
            "htmlUrl",
            "node_id",
            "$schema",
            "@type",
            "sha256",
            "x",
            "_links",
            "content-type",
            "address_line_2",
            "p99_9",
            "pull_request_review_comment_id",
            "isOKToGo",
            "https",
            "environment",
            "totalTokensUsed",
            "p95",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "12",
            "2024-01-01",
            "ada@example.org",
            "src/main.rs",
            "main.rs",
            "John Smith",
            "Zürich",
            "550e8400-e29b-41d4-a716-446655440000",
            "deadbeef",
            "e83c5163316f89bfbde7d9ab23ca2e25604af290",
            "user_10423",
            "PROJ-104",
            "k3j9x2m1q8",
            "sk-live-4eC39HqLyjWDarjtT1zdp7dc",
            "eyJhbGciOiJIUzI1NiJ9",
            "wJalrXUtnFEMIKMDENGbPxRfiCYEXAMPLEKEY",
            "qpxjfgwkdhtzn",
            "a_name_that_is_longer_than_any_that_one_gives",
            "http://example.org",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
