//! Heuristics for secrets: whether text may be one, judged by its name and its form. If in doubt, a setting counts as
//! secret; a word of a command line does if it is not an ordinary word.

#[doc(hidden)]
pub mod name_parts;
mod names;
mod words;

pub use self::names::looks_secret;

use self::words::{PLAIN_NAMES, PLAIN_VALUES, TOKEN_STARTS};

/// A mixed run of letters and digits from this length on is neither a word nor a version.
const MIXED_RUN_MIN: usize = 12;
/// Neither is a run of this length without such a mix, unless it reads like words.
const RUN_MIN: usize = 20;
/// Runs from this length on that change case at more than every second letter are not words.
const TURNING_RUN_MIN: usize = 8;
/// Base64 keys contain slashes, which would cut them into pieces; in shorter keys the pieces themselves are revealing.
const BASE64_MIN: usize = 32;
/// Maximum consecutive consonants in a word.
const CONSONANTS_MAX: usize = 5;
/// Ports, sizes and times are at most this long.
const NUMBER_BYTES_MAX: usize = 6;
/// `node18`, `es2020` and `k8s` are words with a number, `s3cr3t` is not.
const WORD_DIGITS_MAX: usize = 2;
const SHORT_WORD_BYTES_MAX: usize = 6;
const PORT_BYTES_MAX: usize = 5;

/// Checks whether the value of a variable, a header or another named setting may be shown to everyone who sees the
/// list of servers.
#[must_use]
pub fn is_plain(name: &str, value: &str) -> bool {
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

/// Checks whether the text consists of words, versions, ports and dates, like most of a command line.
#[must_use]
pub fn is_ordinary(text: &str) -> bool {
    if has_secret(text) || names_a_person(text) || has_login(text) {
        return false;
    }
    // A digest is public.
    if text.contains("sha256:") {
        return true;
    }
    let mut before = ' ';
    text.split_inclusive(|c: char| !c.is_alphanumeric()).all(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_ordinary = is_ordinary_word(word) || (before == ':' || piece.ends_with(':')) && is_port(word);
        before = piece.chars().next_back().unwrap_or(' ');
        is_ordinary
    })
}

fn is_ordinary_word(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == word.len() {
        return is_date_or_small(word);
    }
    let numbers = word.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).count();
    let is_one_number = numbers <= 1 && (digits <= WORD_DIGITS_MAX || word.len() <= SHORT_WORD_BYTES_MAX);
    is_one_number && !is_random_run(word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// For example `11`, `443`, `2025`, `20241022`.
fn is_date_or_small(number: &str) -> bool {
    number.len() <= 3 || matches!(number.len(), 4 | 8) && (number.starts_with("19") || number.starts_with("20"))
}

fn is_port(word: &str) -> bool {
    word.len() <= PORT_BYTES_MAX && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks whether the value of an argument of this name is a secret; the name may be a flag.
#[must_use]
pub fn is_secret_named(name: &str, value: &str) -> bool {
    let name = name.trim_start_matches('-');
    let mut words = name.split(['-', '_', ' ']);
    // `--no-auth` and `--key-file` mean something else.
    let first_allows = matches!(words.next(), Some("no" | "disable" | "enable" | "skip" | "use" | "with" | "without"));
    let last_is_place = matches!(name.rsplit(['-', '_']).next(), Some("file" | "path" | "dir"));
    let said = value.to_ascii_lowercase();
    looks_secret(name) && !first_allows && !last_is_place && !matches!(said.as_str(), "" | "true" | "false")
}

/// Checks whether a part of the text looks like a token, or the text contains a private key.
#[must_use]
pub fn has_secret(text: &str) -> bool {
    let cuts = |c: char| c.is_whitespace() || "\"'`=:,;&?#@()[]{}<>|/\\".contains(c);
    // Paths may contain folders with random names; a digest is public.
    let lenient = is_path(text) || text.contains("sha256:");
    is_key_material(text)
        || text.split(cuts).any(|token| starts_like_a_token(token) || !lenient && looks_random(token))
        || !lenient && text.split(|c: char| !is_base64(c)).any(is_base64_key)
}

/// Checks for a key or a certificate in PEM form.
#[must_use]
pub fn is_key_material(text: &str) -> bool {
    text.contains("-----BEGIN ")
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

/// Checks for a random-looking mix of upper case, lower case and digits.
fn is_base64_key(run: &str) -> bool {
    let class = |byte: u8| (byte.is_ascii_lowercase(), byte.is_ascii_uppercase(), byte.is_ascii_digit());
    let has = |is: fn(&u8) -> bool| run.bytes().any(|byte| is(&byte));
    let turns = run.as_bytes().windows(2).filter(|pair| matches!(pair, [a, b] if class(*a) != class(*b))).count();
    run.len() >= BASE64_MIN
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && turns > run.len() / 4
}

/// Checks for `user:password@` in an address.
#[must_use]
pub fn names_a_person(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(_, rest)| rest.split(['/', '?', '#', ' ']).next().unwrap_or_default().contains('@'))
}

/// Checks for `user:password@host` without a scheme.
#[must_use]
pub fn has_login(text: &str) -> bool {
    let Some((login, host)) = text.rsplit_once('@') else { return false };
    let is_name = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '/');
    let is_host = host.starts_with(|c: char| c.is_alphanumeric()) && !is_version(host) && !host.starts_with("sha256:");
    login.split_once(':').is_some_and(|(user, password)| {
        is_name(user) && !password.is_empty() && !PACKAGE_SOURCES.contains(&user) && is_host
    })
}

/// In `npm:name@1.2` the part before the colon names a package source.
const PACKAGE_SOURCES: [&str; 6] = ["npm", "jsr", "file", "git", "github", "workspace"];

fn is_version(text: &str) -> bool {
    text.split('.').count() < 4 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_path(text: &str) -> bool {
    let drive = matches!(text.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let folders = text.strip_prefix('/').is_some_and(|rest| rest.contains('/') || !looks_random(rest));
    drive || folders || ["./", "../", "~/", "\\\\"].iter().any(|start| text.starts_with(start))
}

fn starts_like_a_token(token: &str) -> bool {
    TOKEN_STARTS.iter().any(|start| token.strip_prefix(start).is_some_and(|rest| rest.len() >= 8))
}

/// Checks for a mix of letters and digits that looks random.
#[must_use]
pub fn looks_random(token: &str) -> bool {
    is_uuid(token) || token.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random_run)
}

fn is_random_run(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let mixed = digits > 0 && digits < run.len();
    let number = digits == run.len();
    mixed && run.len() >= MIXED_RUN_MIN
        || run.len() >= RUN_MIN && (number || is_no_word(run))
        || run.len() >= TURNING_RUN_MIN && turns(run) > run.len() / 2
}

fn is_no_word(run: &str) -> bool {
    let consonants = run.split(|c: char| "aeiouyAEIOUY".contains(c)).map(str::len).max().unwrap_or_default();
    turns(run) > run.len() / 3 || consonants > CONSONANTS_MAX
}

/// Counts the changes between upper and lower case.
fn turns(run: &str) -> usize {
    let pairs = run.as_bytes().windows(2);
    pairs.filter(|pair| matches!(pair, [a, b] if a.is_ascii_uppercase() != b.is_ascii_uppercase())).count()
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
    fn words_are_told_from_what_only_chance_puts_together() {
        for text in ["server.py", "node18", "es2020", "n8n-mcp", "v2", "mcp-server-time==2025.9.25", "127.0.0.1:54321"]
        {
            assert!(is_ordinary(text), "{text}");
        }
        for text in
            ["s3cr3t", "canary-1234", "canary-8f3b", "xKjqPwZt", "me:word@h", "https://me:word@h", "hunter2024x"]
        {
            assert!(!is_ordinary(text), "{text}");
        }
    }

    #[test]
    fn a_login_is_told_from_a_package() {
        for text in ["me:pw@h", "me:p@w@db.example", "me:pw@10.0.0.1"] {
            assert!(has_login(text), "{text}");
        }
        for text in ["npm:name@1.2", "@scope/name@1.2", "me@h", "git@h:a/b", "h:5000/img@sha256:9f86", "a b:c@d"] {
            assert!(!has_login(text), "{text}");
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
