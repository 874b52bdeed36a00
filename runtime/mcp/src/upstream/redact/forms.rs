//! The forms in which a secret may come back: verbatim, percent-encoded, decoded, in JSON, and in base64 behind any
//! prefix, as Basic authorization sends it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter pieces of base64 could be anything.
const BASE64_BYTES_MIN: usize = 10;

/// Texts longer than this are not encoded into addresses.
const ENCODED_BYTES_MAX: usize = 4096;

/// Returns every form of `secret`.
pub(super) fn of(secret: &str) -> Vec<String> {
    let plain = [Some(secret.to_owned()), decoded(secret)].into_iter().flatten();
    let mut forms: Vec<String> = plain.flat_map(|plain| all(&plain)).collect();
    forms.sort();
    forms.dedup();
    forms
}

/// Returns the secret verbatim and as it is in JSON.
pub(super) fn plain(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), in_json(secret)];
    forms.dedup();
    forms
}

fn all(plain: &str) -> Vec<String> {
    let mut forms = self::plain(plain);
    if plain.len() <= ENCODED_BYTES_MAX {
        forms.extend(in_addresses(plain));
        forms.extend(in_base64(plain));
    }
    forms
}

/// Encodes like `encodeURIComponent`, stricter encoders and forms do, with upper and lower case digits.
fn in_addresses(plain: &str) -> Vec<String> {
    let component = encoded(plain, b"-_.~!*'()");
    let strict = encoded(plain, b"-_.~");
    let in_form = encoded(plain, b"-_.*").replace("%20", "+");
    let large = [plain.to_owned(), component, strict, in_form, encoded(plain, b"")];
    large.iter().map(|form| with_small_digits(form)).chain(large.clone()).collect()
}

/// Encodes each byte as `%XX`, except for letters, digits and `kept`.
fn encoded(text: &str, kept: &[u8]) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || kept.contains(&byte);
    let byte = |byte: u8| if is_kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// Changes `%2F` to `%2f`.
fn with_small_digits(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_at_checked(2) {
        Some((digits, rest)) => text + "%" + &digits.to_ascii_lowercase() + rest,
        None => text + "%" + part,
    })
}

/// Decodes `%XX`; `None` if that changes nothing.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = (first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten();
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|decoded| decoded != text)
}

/// Returns the text as a JSON string without the quotation marks.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(&quoted).to_owned()
}

/// Returns the base64 characters that do not depend on what comes before and after the secret. Base64 writes three
/// bytes as four characters, so there are three alignments.
fn in_base64(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let padded = [&[0].repeat(before), secret.as_bytes()].concat();
        // A character holds six bits: the first ones also hold bits of the preceding text.
        let first = (before * 8).div_ceil(6);
        let whole = padded.len() * 8 / 6;
        for encoded in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            forms.extend(encoded.get(first..whole).filter(|form| form.len() >= BASE64_BYTES_MIN).map(str::to_owned));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_stands() {
        for before in ["", "a", "ab", "user:"] {
            for after in ["", "x", "yz"] {
                let sent = STANDARD_NO_PAD.encode(format!("{before}canary?>~ü{after}"));
                let forms = of("canary?>~ü");
                assert!(forms.iter().any(|form| sent.contains(form.as_str())), "{before} {after}: {sent}");
            }
        }
    }

    #[test]
    fn a_secret_has_forms_of_addresses_and_of_json() {
        let forms = of("p/w \"é");
        for form in ["p/w \"é", "p%2Fw%20%22%C3%A9", "p%2fw%20%22%c3%a9", "p%2Fw+%22%C3%A9", "p/w \\\"é"] {
            assert!(forms.iter().any(|known| known == form), "{form}: {forms:?}");
        }
        assert!(of("p%2Fw").contains(&"p/w".to_owned()));
    }
}
