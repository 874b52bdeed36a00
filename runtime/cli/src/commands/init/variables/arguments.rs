//! Secrets in command lines: behind a flag, in `NAME=value`, in a header, in JSON, in an address.

use serde_json::Value;

use super::super::{
    placeholder::{is_placeholders, literals, variable},
    secret::{has_secret, is_plain, is_secret_named, names_a_person},
};
use super::{Hiding, SCHEMES, address};

/// Hides what is secret in the arguments.
pub(super) fn hide(hiding: &mut Hiding<'_>, args: &mut [Value]) {
    let mut before = String::new();
    for (at, arg) in args.iter_mut().enumerate() {
        if let Value::String(text) = arg {
            let open = Words { hiding: &mut *hiding, field: format!("args[{at}]") }.hidden(&before, text);
            before = std::mem::replace(text, open);
        }
    }
}

/// A whole command line in one text.
pub(super) fn hidden_text(hiding: &mut Hiding<'_>, text: &str) -> String {
    Words { hiding, field: "command".to_owned() }.line(text)
}

struct Words<'a, 'b> {
    hiding: &'a mut Hiding<'b>,
    field: String,
}

impl Words<'_, '_> {
    /// One argument, behind the argument `before`.
    fn hidden(&mut self, before: &str, text: &str) -> String {
        if let Ok(Value::Object(object)) = serde_json::from_str(text) {
            let mut value = Value::Object(object);
            return if self.json("", &mut value) { value.to_string() } else { text.to_owned() };
        }
        if let Some((flag, value)) = text.split_once('=').filter(|(flag, _)| flag.starts_with('-') && is_name(flag)) {
            return format!("{flag}={}", self.hidden(flag, value));
        }
        if is_secret_behind(before, text) {
            return self.value(before, text);
        }
        if let Some((name, value)) = text.split_once('=').filter(|_| matches!(before, "-e" | "--env")) {
            return if is_plain(name, value) { text.to_owned() } else { format!("{name}={}", self.value(name, value)) };
        }
        if let Some((name, value)) = header(text) {
            return self.header(text, name, value);
        }
        if text.contains(char::is_whitespace) {
            return self.line(text);
        }
        self.word(text)
    }

    /// Words between blanks, each behind the one before; the blanks stay as they are.
    fn line(&mut self, text: &str) -> String {
        let mut before = "";
        let mut open = String::with_capacity(text.len());
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            let bare = word.trim_end_matches(['"', '\'']);
            let secret = is_secret_behind(before, bare) || is_scheme(before);
            open.push_str(&if secret { self.value(before, bare) } else { self.word(bare) });
            open.push_str(piece.get(bare.len()..).unwrap_or_default());
            before = if word.is_empty() { before } else { word };
        }
        open
    }

    fn word(&mut self, text: &str) -> String {
        match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) if is_secret_named(name, value) => format!("{name}={}", self.value(name, value)),
            Some((name, value)) if value.contains("://") => {
                format!("{name}={}", address::hidden(self.hiding, &self.field, value))
            }
            Some((name, value)) if has_secret_literal(value) => format!("{name}={}", self.value(name, value)),
            None if text.contains("://") || text.starts_with("${") => address::hidden(self.hiding, &self.field, text),
            None if has_secret_literal(text) => self.hiding.variable_of_server(&self.field, "SECRET", text),
            _ => text.to_owned(),
        }
    }

    fn header(&mut self, text: &str, name: &str, value: &str) -> String {
        if !is_secret_named(name, value) && !has_secret_literal(value) {
            return text.to_owned();
        }
        let value = value.trim_start();
        let start = text.get(..text.len() - value.len()).unwrap_or_default();
        let scheme = SCHEMES.iter().find(|scheme| value.starts_with(**scheme)).copied().unwrap_or_default();
        let secret = value.get(scheme.len()..).unwrap_or_default();
        let name = if scheme.is_empty() { name } else { "TOKEN" };
        format!("{start}{scheme}{}", self.value(name, secret))
    }

    /// Whether something in the value was hidden.
    fn json(&mut self, key: &str, value: &mut Value) -> bool {
        match value {
            Value::String(text) if is_secret_named(key, text) || has_secret_literal(text) || names_a_person(text) => {
                let open = self.value(key, text);
                let changed = open != *text;
                *text = open;
                changed
            }
            Value::Array(items) => items.iter_mut().filter_map(|item| self.json(key, item).then_some(())).count() > 0,
            Value::Object(fields) => {
                fields.iter_mut().filter_map(|(key, item)| self.json(key, item).then_some(())).count() > 0
            }
            _ => false,
        }
    }

    /// The value of that name; one that is a placeholder already stays.
    fn value(&mut self, name: &str, value: &str) -> String {
        if value.is_empty() || is_placeholders(value) {
            return value.to_owned();
        }
        let named = variable(name);
        // `GITHUB_TOKEN=` is the name of a variable already.
        if named == name && name.contains('_') {
            return self.hiding.variable(&self.field, &named, value);
        }
        self.hiding.variable_of_server(&self.field, &named, value)
    }
}

/// Whether `text` is the secret that the flag `before` asks for.
fn is_secret_behind(before: &str, text: &str) -> bool {
    // As curl takes `user:password`.
    let person = matches!(before, "-u" | "--user") && text.contains(':') && !is_placeholders(text);
    let flag = before.starts_with('-') && !before.contains('=') && !text.starts_with('-');
    person || flag && is_secret_named(before, text)
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|scheme| scheme.trim_end() == word)
}

fn has_secret_literal(text: &str) -> bool {
    literals(text).into_iter().any(has_secret)
}

/// `Name: value`, as flags for headers take it.
fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && name.len() > 1 && !name.starts_with('-') && !value.starts_with("//")).then_some((name, value))
}

fn is_name(text: &str) -> bool {
    let bare = text.trim_start_matches('-');
    !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
