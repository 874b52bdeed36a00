//! Finds the secrets of one configuration entry, in variables, headers, arguments and the address. What is plainly a
//! setting does not count, or messages about it would say nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde_json::Value;

use crate::config::{HttpLaunch, Launch, Secret, StdioLaunch};
use crate::secrecy;

/// Schemes that precede the credentials in a header.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "apikey", "digest", "negotiate"];

/// Maximum nesting of texts in texts, such as JSON in a command line in a variable.
const DEPTH_MAX: usize = 8;

/// Returns every secret text of that launch, and secret parts of texts; may contain duplicates.
pub(super) fn of(launch: &Launch) -> Vec<String> {
    let mut found = Secrets { secrets: Vec::new(), depth: 0 };
    match launch {
        Launch::Stdio(stdio) => found.stdio(stdio),
        Launch::Http(http) => found.http(http),
    }
    found.secrets
}

struct Secrets {
    secrets: Vec<String>,
    /// Nesting depth of the text being examined.
    depth: usize,
}

impl Secrets {
    fn stdio(&mut self, launch: &StdioLaunch) {
        launch.env.iter().for_each(|(name, value)| self.setting(name, value.reveal()));
        self.line(&launch.command);
        let mut before = "";
        for arg in launch.args.iter().map(Secret::reveal) {
            self.argument(before, arg);
            before = arg;
        }
    }

    fn http(&mut self, launch: &HttpLaunch) {
        launch.headers.iter().for_each(|(name, value)| self.setting(name, value.reveal()));
        self.address(launch.url.reveal());
        let client = launch.auth.as_ref().and_then(|auth| auth.client_secret.as_ref());
        client.into_iter().for_each(|secret| self.put(secret.reveal()));
    }

    /// Examines a variable or a header: hides all of it, unless it is clearly not secret.
    fn setting(&mut self, name: &str, value: &str) {
        if secrecy::is_plain(name, value) {
            return;
        }
        self.put(value);
        self.parts(name, value);
    }

    /// Examines the argument that follows `before`.
    fn argument(&mut self, before: &str, arg: &str) {
        // `TOKEN=x program` is a command line, `--token=x y` a flag.
        let is_pair = |(name, value): &(&str, &str)| {
            is_name(name) && (name.starts_with('-') || !value.contains(char::is_whitespace))
        };
        if let Some((name, value)) = arg.split_once('=').filter(is_pair) {
            return self.named(name, value);
        }
        let is_behind_flag = before.starts_with('-') && !before.contains('=') && !arg.starts_with('-');
        self.named(if is_behind_flag { before } else { "" }, arg);
    }

    /// Examines a named value: hides all of it if the name says so, or if it does not look like words.
    fn named(&mut self, name: &str, value: &str) {
        let is_secret = secrecy::is_secret_named(name, value) && !is_flag(value);
        if is_secret || !is_address(value) && !value.contains(char::is_whitespace) && !is_flagged_word(value) {
            self.put(value);
        }
        self.parts(name, value);
    }

    /// Finds secrets within a value: in an address, a header, a connection string, JSON, or a command line.
    fn parts(&mut self, name: &str, value: &str) {
        if self.depth < DEPTH_MAX {
            self.depth += 1;
            self.look_into(name, value);
            self.depth -= 1;
        }
    }

    fn look_into(&mut self, name: &str, value: &str) {
        if is_address(value) {
            return self.address(value);
        }
        if let Ok(object @ Value::Object(_)) = serde_json::from_str(value) {
            return self.json("", &object);
        }
        if secrecy::is_key_material(value) {
            return value.lines().for_each(|line| self.put(line.trim()));
        }
        if let Some((login, _)) = value.rsplit_once('@').filter(|_| secrecy::has_login(value)) {
            self.login(login);
        }
        if secrecy::is_secret_named(name, value) {
            self.words(value);
        }
        value.split(';').for_each(|pair| self.pair(pair.trim()));
        self.line(value);
    }

    /// Examines the words of a command line, each with its predecessor, or a header's scheme and credentials.
    fn line(&mut self, line: &str) {
        let mut before = "";
        for word in line.split_whitespace().filter(|word| *word != line) {
            let bare = word.trim_matches(['"', '\'', ',', ';']);
            match SCHEMES.contains(&before.to_ascii_lowercase().as_str()) {
                true => self.credentials(bare),
                false => self.argument(before, bare),
            }
            before = word;
        }
    }

    /// Hides the credentials of a scheme; for `Basic` they are `user:password` in base64.
    fn credentials(&mut self, text: &str) {
        self.put(text);
        let login = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        login.filter(|login| login.contains(':')).iter().for_each(|login| self.login(login));
    }

    /// Hides the words of a secret, except ordinary ones.
    fn words(&mut self, secret: &str) {
        let words = secret.split_whitespace().filter(|word| *word != secret && !secrecy::is_ordinary(word));
        words.for_each(|word| self.put(word));
    }

    fn pair(&mut self, pair: &str) {
        if let Some((name, value)) = pair.split_once(['=', ':'])
            && (secrecy::is_secret_named(name.trim(), value) || !secrecy::is_ordinary(value))
        {
            self.put(value.trim());
        }
    }

    fn json(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => self.named(key, text),
            Value::Array(items) => items.iter().for_each(|item| self.json(key, item)),
            Value::Object(fields) => fields.iter().for_each(|(key, item)| self.json(key, item)),
            _ => {}
        }
    }

    /// Hides the login, random-looking path segments and fragments, and query parameters.
    fn address(&mut self, text: &str) {
        if let Some(login) = login_of(text) {
            self.login(login);
        }
        let Ok(url) = Url::parse(text) else { return self.put(text) };
        url.path_segments()
            .into_iter()
            .flatten()
            .filter(|part| secrecy::has_secret(part))
            .for_each(|part| self.put(part));
        let raw = url.query().into_iter().flat_map(|query| query.split('&')).filter_map(|pair| pair.split_once('='));
        raw.for_each(|(name, value)| self.parameter(name, value));
        url.query_pairs().for_each(|(name, value)| self.parameter(&name, &value));
        if let Some(fragment) = url.fragment().filter(|fragment| secrecy::has_secret(fragment)) {
            self.put(fragment);
        }
    }

    fn parameter(&mut self, name: &str, value: &str) {
        if !secrecy::is_plain(name, value) {
            self.put(value);
        }
    }

    /// Hides `user:password` as a whole, as in Basic authorization, and the password alone.
    fn login(&mut self, login: &str) {
        self.put(login);
        if let Some((_, password)) = login.split_once(':') {
            self.put(password);
        }
    }

    fn put(&mut self, secret: &str) {
        self.secrets.push(secret.to_owned());
    }
}

/// Returns the part of an address before the `@`, as it was written.
fn login_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@')?.0)
}

fn is_address(text: &str) -> bool {
    text.contains("://") && !text.contains(char::is_whitespace)
}

fn is_flag(text: &str) -> bool {
    text.starts_with("--") || text.len() == 2 && text.starts_with('-')
}

/// Checks for words, with or without leading dashes.
fn is_flagged_word(text: &str) -> bool {
    secrecy::is_plain("", text) || secrecy::is_ordinary(text.trim_start_matches('-'))
}

fn is_name(text: &str) -> bool {
    let bare = text.trim_start_matches('-');
    !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
