//! Secrets in command lines: after a flag, in `NAME=value`, in a header, in JSON, in a URL.

use serde_json::Value;

use callbox_mcp::secrecy::{has_login, is_key_material, is_secret_named, names_a_person};

use super::super::{
    placeholder::{is_placeholders, variable},
    secret::{has_secret, is_ordinary, is_plain},
};
use super::{Hiding, SCHEMES, address};

/// Flags that take a password or key in some programs, and a port or package in others.
const PASSWORD_FLAGS: [&str; 5] = ["-p", "-P", "-k", "-a", "-w"];

/// Flags whose value is a header.
const HEADER_FLAGS: [&str; 3] = ["-H", "--header", "--headers"];

/// Replaces the secrets in the arguments.
pub(super) fn hide(hiding: &mut Hiding<'_>, args: &mut [Value]) {
    let mut before = String::new();
    for (at, arg) in args.iter_mut().enumerate() {
        if let Value::String(text) = arg {
            let open = Words { hiding: &mut *hiding, field: format!("args[{at}]") }.hidden(&before, text);
            before = std::mem::replace(text, open);
        }
    }
}

/// Replaces the secrets in a whole command line given as one text.
pub(super) fn hidden_text(hiding: &mut Hiding<'_>, text: &str) -> String {
    Words { hiding, field: "command".to_owned() }.line(text)
}

struct Words<'a, 'b> {
    hiding: &'a mut Hiding<'b>,
    field: String,
}

impl Words<'_, '_> {
    /// Handles one argument, which follows the argument `before`.
    fn hidden(&mut self, before: &str, text: &str) -> String {
        if let Ok(Value::Object(object)) = serde_json::from_str(text) {
            let mut value = Value::Object(object);
            return if self.json("", &mut value) { value.to_string() } else { text.to_owned() };
        }
        if is_key_material(text) {
            return self.value(if is_flag(before) { before } else { "KEY" }, text);
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
        if let Some((name, value)) = header(before, text) {
            return self.header(text, name, value);
        }
        if text.contains(';') && text.contains('=') {
            return text.split_inclusive(';').map(|pair| self.pair(pair)).collect();
        }
        if text.contains(char::is_whitespace) {
            return self.line(text);
        }
        self.word(if is_flag(before) && !text.starts_with('-') { before } else { "" }, text)
    }

    /// Handles `Key Name=value;` of a connection string.
    fn pair(&mut self, pair: &str) -> String {
        let (bare, end) = pair.strip_suffix(';').map_or((pair, ""), |bare| (bare, ";"));
        let is_key = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-.".contains(&byte));
        match bare.split_once('=').filter(|(key, _)| is_key(key.trim())) {
            Some((key, value)) if !is_open(key.trim(), value) => {
                format!("{key}={}{end}", self.value(key.trim(), value))
            }
            Some(_) => pair.to_owned(),
            None => self.line(bare) + end,
        }
    }

    /// Handles words separated by blanks, each in the context of the one before; the blanks stay as they are.
    fn line(&mut self, text: &str) -> String {
        let mut before = "";
        let mut open = String::with_capacity(text.len());
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            let bare = word.trim_end_matches(['"', '\'']);
            let secret = is_secret_behind(before, bare) || is_scheme(before);
            open.push_str(&if secret { self.value(before, bare) } else { self.word("", bare) });
            open.push_str(piece.get(bare.len()..).unwrap_or_default());
            before = if word.is_empty() { before } else { word };
        }
        open
    }

    /// Handles a word, which follows `flag` if that is not empty. Anything that is neither a setting nor words is a
    /// secret.
    fn word(&mut self, flag: &str, text: &str) -> String {
        match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) if is_secret_named(name, value) => format!("{name}={}", self.value(name, value)),
            Some((name, value)) if value.contains("://") => {
                format!("{name}={}", address::hidden(self.hiding, &self.field, value))
            }
            Some((name, value)) if !is_open(name, value) => format!("{name}={}", self.value(name, value)),
            Some(_) => text.to_owned(),
            // The default of an unset variable.
            None if text.starts_with("${") && has_secret(text) => self.literal(flag, text),
            None if text.contains("://") || text.starts_with("${") => address::hidden(self.hiding, &self.field, text),
            None if has_login(text) => self.login(text),
            None if is_open(flag, text) => text.to_owned(),
            None => self.literal(flag, text),
        }
    }

    /// Hides the login of `user:password@host`.
    fn login(&mut self, text: &str) -> String {
        match text.rsplit_once('@') {
            Some((login, host)) => format!("{}@{host}", self.value("LOGIN", login)),
            None => text.to_owned(),
        }
    }

    /// Hides a secret; of `-pSecret`, the part after the letter.
    fn literal(&mut self, flag: &str, text: &str) -> String {
        if let Some((letter, secret)) = text.split_at_checked(2).filter(|(start, _)| is_flag(start)) {
            return format!("{letter}{}", self.value(letter, secret));
        }
        let name = if flag.is_empty() { "SECRET" } else { flag };
        self.value(name, text)
    }

    fn header(&mut self, text: &str, name: &str, value: &str) -> String {
        if is_plain(name, value) {
            return text.to_owned();
        }
        let value = value.trim_start();
        let start = text.get(..text.len() - value.len()).unwrap_or_default();
        let scheme = SCHEMES.iter().find(|scheme| value.starts_with(**scheme)).copied().unwrap_or_default();
        let secret = value.get(scheme.len()..).unwrap_or_default();
        let name = if scheme.is_empty() { name } else { "TOKEN" };
        format!("{start}{scheme}{}", self.value(name, secret))
    }

    /// Hides the secrets in a JSON value; returns whether there were any.
    fn json(&mut self, key: &str, value: &mut Value) -> bool {
        match value {
            Value::String(text) if !is_open(key, text) || has_secret(text) || names_a_person(text) => {
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

    /// Hides a value under that name; a placeholder stays as it is.
    fn value(&mut self, name: &str, value: &str) -> String {
        if value.is_empty() || is_placeholders(value) {
            return value.to_owned();
        }
        let named = variable(name);
        // In `GITHUB_TOKEN=`, the name is already that of a variable.
        if named == name && name.contains('_') {
            return self.hiding.variable(&self.field, &named, value);
        }
        self.hiding.variable_of_server(&self.field, &named, value)
    }
}

/// Whether `text` is the secret that the flag `before` asks for.
fn is_secret_behind(before: &str, text: &str) -> bool {
    // curl takes `user:password` here.
    let person = matches!(before, "-u" | "--user") && text.contains(':') && !is_placeholders(text);
    let may_be_password = PASSWORD_FLAGS.contains(&before) && !is_port_or_package(text);
    let flag = is_flag(before) && !text.starts_with('-');
    person || flag && (is_secret_named(before, text) || may_be_password)
}

/// A flag gives its name to the variable for the value after it, so it must not itself be a secret that begins with a
/// dash.
fn is_flag(text: &str) -> bool {
    text.starts_with('-') && is_name(text) && is_ordinary(text)
}

/// Whether the text is a port mapping such as `8080:80`, a folder or a package such as `@scope/name`.
fn is_port_or_package(text: &str) -> bool {
    let is_port = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'/' | b'-'));
    is_port || is_plain("", text) || is_ordinary(text) && text.starts_with('@') && text.contains('/')
}

/// Whether a value may be shown: its name does not mark it as secret, and it is a setting or words.
fn is_open(name: &str, value: &str) -> bool {
    !is_secret_named(name, value) && (is_plain(name, value) || is_ordinary(value))
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|scheme| scheme.trim_end() == word)
}

/// Splits `Name: value`, the form that header flags take.
fn header<'t>(before: &str, text: &'t str) -> Option<(&'t str, &'t str)> {
    let (name, value) = text.split_once(':')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_meant = HEADER_FLAGS.contains(&before) || value.starts_with(' ');
    (plain && is_meant && name.len() > 1 && !name.starts_with('-')).then_some((name, value))
}

fn is_name(text: &str) -> bool {
    let bare = text.trim_start_matches('-');
    !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
