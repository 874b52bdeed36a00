//! Whether text may be a secret, judged by its name and by its looks. In doubt a setting is one.

mod words;

use callbox_bindings::looks_secret;

use self::words::{PLAIN_NAMES, PLAIN_VALUES, TOKEN_STARTS};
use super::placeholder::literals;

/// A run of letters and digits of this length is no word and no version.
const MIXED_RUN_MIN: usize = 12;
/// Nor is one this long of letters alone, unless it reads like words.
const RUN_MIN: usize = 20;
/// Words have a vowel after so many letters.
const CONSONANTS_MAX: usize = 5;
/// Ports, sizes and times are shorter.
const NUMBER_BYTES_MAX: usize = 6;

/// Whether the value of a variable, a header or another named setting may be seen by everyone who sees
/// the list of servers.
pub(super) fn is_plain(name: &str, value: &str) -> bool {
    let pieces = literals(value);
    if let [only] = pieces.as_slice() {
        return is_plain_literal(name, only);
    }
    // What stands around a placeholder is a scheme, a host or a path.
    let digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let is_plain = |text: &&str| !(has_secret(text) || looks_secret(name) && digits(text));
    pieces.iter().all(is_plain) && !names_a_person(value)
}

fn is_plain_literal(name: &str, value: &str) -> bool {
    let said = value.trim().to_ascii_lowercase();
    if looks_secret(name) {
        return matches!(said.as_str(), "" | "true" | "false");
    }
    !has_secret(value)
        && !names_a_person(value)
        && (is_plain_value(&said) || has_plain_name(name) && !value.contains('@'))
}

fn is_plain_value(said: &str) -> bool {
    let number = said.len() <= NUMBER_BYTES_MAX && said.parse::<f64>().is_ok();
    let address = said.starts_with("http://") || said.starts_with("https://");
    PLAIN_VALUES.contains(&said) || number || is_path(said) || address && !said.contains(['?', '#'])
}

fn has_plain_name(name: &str) -> bool {
    let last = name.split(|c: char| !c.is_ascii_alphanumeric()).rfind(|word| !word.is_empty());
    last.is_some_and(|last| PLAIN_NAMES.contains(&last.to_ascii_lowercase().as_str()))
}

/// Whether the value of an argument of this name is a secret; a name may be a flag.
pub(super) fn is_secret_named(name: &str, value: &str) -> bool {
    let name = name.trim_start_matches('-');
    let mut words = name.split(['-', '_']);
    // `--no-auth` and `--key-file` say something else.
    let first_allows = matches!(words.next(), Some("no" | "disable" | "enable" | "skip" | "use" | "with" | "without"));
    let last_is_place = matches!(name.rsplit(['-', '_']).next(), Some("file" | "path" | "dir"));
    let said = value.to_ascii_lowercase();
    looks_secret(name) && !first_allows && !last_is_place && !matches!(said.as_str(), "" | "true" | "false")
}

/// Whether there is a piece in the text that looks like a token, as few other things do.
pub(super) fn has_secret(text: &str) -> bool {
    let cuts = |c: char| c.is_whitespace() || "\"'`=:,;&?#@()[]{}<>|/\\".contains(c);
    // A path has folders with random names; a digest is public.
    let lenient = is_path(text) || text.contains("sha256:");
    text.split(cuts).any(|token| starts_like_a_token(token) || !lenient && looks_random(token))
}

/// `user:password@` in an address.
pub(super) fn names_a_person(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(_, rest)| rest.split(['/', '?', '#', ' ']).next().unwrap_or_default().contains('@'))
}

fn is_path(text: &str) -> bool {
    let drive = matches!(text.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let folders = text.strip_prefix('/').is_some_and(|rest| rest.contains('/') || !looks_random(rest));
    drive || folders || ["./", "../", "~/", "\\\\"].iter().any(|start| text.starts_with(start))
}

fn starts_like_a_token(token: &str) -> bool {
    TOKEN_STARTS.iter().any(|start| token.strip_prefix(start).is_some_and(|rest| rest.len() >= 8))
}

/// Whether letters and digits stand together as only chance puts them.
pub(super) fn looks_random(token: &str) -> bool {
    is_uuid(token) || token.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random_run)
}

fn is_random_run(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let mixed = digits > 0 && digits < run.len();
    let number = digits == run.len();
    mixed && run.len() >= MIXED_RUN_MIN || run.len() >= RUN_MIN && (number || is_no_word(run))
}

fn is_no_word(run: &str) -> bool {
    let bytes = run.as_bytes();
    let turns =
        bytes.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_uppercase() != b.is_ascii_uppercase()));
    let consonants = run.split(|c: char| "aeiouyAEIOUY".contains(c)).map(str::len).max().unwrap_or_default();
    turns.count() > run.len() / 3 || consonants > CONSONANTS_MAX
}

fn is_uuid(token: &str) -> bool {
    let groups: Vec<_> = token.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && token.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_plain_only_where_that_can_be_seen() {
        for (name, value) in [
            ("NODE_ENV", "production"),
            ("LOG_LEVEL", "chatty"),
            ("PORT", "8080"),
            ("DATA", "/home/me/data"),
            ("API_BASE", "https://api.example.com/v1"),
            ("GITHUB_HOST", "github.example.com"),
            ("X", "${TOKEN}"),
            ("Authorization", "Bearer ${TOKEN}"),
            ("USE_TOKEN", "true"),
            ("PYTHONPATH", "./src"),
            ("Accept", "application/json"),
        ] {
            assert!(is_plain(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("GITHUB_TOKEN", "x"),
            ("DB_PASSWORD", "production"),
            ("ANYTHING", "correct horse"),
            ("DATABASE_URL", "postgres://me:pw@h/db"),
            ("DATABASE_URL", "postgres://me:pw@${HOST}/db"),
            ("API_BASE", "https://me:pw@h"),
            ("API_BASE", "https://h/?k=v"),
            ("HOOK", "https://hooks.example.com/services/T024BE7LD/B0XYZ/a1b2c3d4e5f6g7h8"),
            ("Authorization", "Bearer abc"),
            ("X-Custom", "abc"),
            ("LOG_NAME", "ghp_0123456789abcdef"),
            ("PIN", "1234"),
            ("CODE", "12345678"),
            ("DB_HOST", "me:pw@h"),
        ] {
            assert!(!is_plain(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn tokens_are_told_from_what_stands_in_command_lines() {
        for text in [
            "-y",
            "@modelcontextprotocol/server-filesystem@2025.11.25",
            "mcp-server-time==2025.9.25",
            "--local-timezone=America/Los_Angeles",
            "/nix/store/0c1kq7h0x1p2i3j4k5l6m7n8p9q0r1s2-node-22/bin/node",
            "C:\\Users\\me\\AppData\\Local\\a1b2c3d4e5f6g7h8i9\\x.exe",
            "ghcr.io/github/github-mcp-server",
            "img@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "claude-3-5-sonnet-20241022",
            "ExperimentalSqliteVectorStore",
            "https://mcp.example.com/v1/mcp",
        ] {
            assert!(!has_secret(text), "{text}");
        }
        for text in [
            "sk-proj-abcdefgh",
            "github_pat_11ABCDEFG0",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.x",
            "550e8400-e29b-41d4-a716-446655440000",
            "wJalrXUtnFEMIKMDENGbPxRfiCYEXAMPLEKEY",
            "9f86d081884c7d659a2feaa0c55ad015",
            "https://mcp.example.com/s/a1b2c3d4e5f6g7h8/mcp",
            "name:a1b2c3d4e5f6g7h8",
        ] {
            assert!(has_secret(text), "{text}");
        }
    }

    #[test]
    fn flags_name_secrets() {
        for (name, value) in [("--api-key", "x"), ("--password", "x"), ("TOKEN", "x"), ("--key", "x")] {
            assert!(is_secret_named(name, value), "{name}");
        }
        for (name, value) in [("--no-auth", "x"), ("--key-file", "k.pem"), ("--port", "1"), ("--auth", "true")] {
            assert!(!is_secret_named(name, value), "{name}");
        }
    }
}
