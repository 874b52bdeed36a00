//! Parses JSON from the host in a single pass, without using the native stack for nesting.

use callbox_engine_guest::json::unescaped;

use crate::sys::{Atom, Realm, Value, attributes};

/// Number of digits that always fit an `i32`.
const SMALL_DIGITS_MAX: usize = 9;

/// Parses a JSON text.
///
/// # Errors
///
/// What the grammar expected at the position of the error.
pub(crate) fn parse(text: &[u8], realm: Realm) -> Result<Value, Expected> {
    let text = std::str::from_utf8(text).map_err(|_| "JSON in UTF-8")?;
    let mut parser = Parser { text, at: 0, realm, open: Vec::new() };
    let value = parser.whole()?;
    parser.skip_blanks();
    if parser.at == text.len() { Ok(value) } else { Err("the end of the JSON text") }
}

/// What the grammar expected.
pub(crate) type Expected = &'static str;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    realm: Realm,
    open: Vec<Open>,
}

/// An array or object that is not closed yet.
enum Open {
    Array(Vec<Value>),
    Object(Value, Atom),
}

impl<'a> Parser<'a> {
    fn whole(&mut self) -> Result<Value, Expected> {
        loop {
            let Some(value) = self.begin()? else { continue };
            if let Some(value) = self.attach(value)? {
                return Ok(value);
            }
        }
    }

    /// Reads a value up to its first part; `None` if an array or object was opened.
    fn begin(&mut self) -> Result<Option<Value>, Expected> {
        self.skip_blanks();
        let value = match self.peek() {
            Some(b'{') => return self.begin_object(),
            Some(b'[') => return Ok(self.begin_array()),
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::boolean(true))?,
            Some(b'f') => self.word("false", Value::boolean(false))?,
            Some(b'n') => self.word("null", Value::NULL)?,
            _ => return Err("a JSON value"),
        };
        Ok(Some(value))
    }

    fn begin_object(&mut self) -> Result<Option<Value>, Expected> {
        self.at += 1;
        self.skip_blanks();
        let object = self.realm.object();
        if self.take(b'}') {
            return Ok(Some(object));
        }
        let key = self.key()?;
        self.open.push(Open::Object(object, key));
        Ok(None)
    }

    fn begin_array(&mut self) -> Option<Value> {
        self.at += 1;
        self.skip_blanks();
        if self.take(b']') {
            return Some(self.realm.array(Vec::new()));
        }
        self.open.push(Open::Array(Vec::new()));
        None
    }

    /// Adds a finished value to the open array or object; returns the root value once everything is closed.
    fn attach(&mut self, mut value: Value) -> Result<Option<Value>, Expected> {
        while let Some(open) = self.open.last_mut() {
            match open {
                Open::Array(items) => items.push(value),
                Open::Object(object, key) => {
                    let defined = self.realm.define(object, key, value, attributes::SHOWN);
                    defined.map_err(|_| "room for a member")?;
                }
            }
            self.skip_blanks();
            if self.take(b',') {
                return self.next_part().map(|()| None);
            }
            value = self.close()?;
        }
        Ok(Some(value))
    }

    /// Continues after a comma.
    fn next_part(&mut self) -> Result<(), Expected> {
        if let Some(Open::Object(..)) = self.open.last() {
            self.skip_blanks();
            let next = self.key()?;
            if let Some(Open::Object(_, key)) = self.open.last_mut() {
                *key = next;
            }
        }
        Ok(())
    }

    /// Closes the innermost open array or object.
    fn close(&mut self) -> Result<Value, Expected> {
        match self.open.pop() {
            Some(Open::Array(items)) if self.take(b']') => Ok(self.realm.array(items)),
            Some(Open::Object(object, _)) if self.take(b'}') => Ok(object),
            _ => Err("`,` or an end"),
        }
    }

    /// Parses a member's name and colon.
    fn key(&mut self) -> Result<Atom, Expected> {
        if self.peek() != Some(b'"') {
            return Err("a member's name");
        }
        let key = match self.plain_string() {
            Some(name) => self.realm.atom(name),
            None => {
                let name = self.string()?;
                self.realm.atom_of(&name).ok_or("a member's name")?
            }
        };
        self.skip_blanks();
        if self.take(b':') { Ok(key) } else { Err("`:`") }
    }

    fn number(&mut self) -> Result<Value, Expected> {
        let start = self.at;
        let negative = self.take(b'-');
        let digits = self.at;
        if !self.take(b'0') {
            self.digits()?;
        }
        let whole = self.at;
        if self.take(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if self.at == whole && whole - digits <= SMALL_DIGITS_MAX && !(negative && text == "-0") {
            return text.parse().map(Value::integer).map_err(|_| "a number");
        }
        // Rust's parser is exact and accepts everything that the grammar above does.
        text.parse().map(Value::number).map_err(|_| "a number")
    }

    /// Skips at least one digit.
    fn digits(&mut self) -> Result<(), Expected> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err("a digit") }
    }

    fn word(&mut self, word: Expected, value: Value) -> Result<Value, Expected> {
        if !self.text.get(self.at..).unwrap_or_default().starts_with(word) {
            return Err(word);
        }
        self.at += word.len();
        Ok(value)
    }

    fn string(&mut self) -> Result<Value, Expected> {
        if let Some(plain) = self.plain_string() {
            return Ok(self.realm.text(plain));
        }
        self.at += 1;
        let mut units = Vec::new();
        loop {
            let start = self.at;
            self.skip_plain();
            units.extend(self.text.get(start..self.at).unwrap_or_default().encode_utf16());
            if self.take(b'"') {
                return Ok(self.text_of(&units));
            }
            if !self.take(b'\\') {
                return Err("the end of a string");
            }
            units.push(self.escape()?);
        }
    }

    /// Reads a string without escapes as a slice of the text.
    fn plain_string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..)?;
        let len = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\')?;
        if rest.get(len) != Some(&b'"') {
            return None;
        }
        self.at = start + len + 1;
        self.text.get(start..start + len)
    }

    /// Creates a string, from UTF-8 if possible: the engine stores text that was given as UTF-16 units in wide form.
    fn text_of(&self, units: &[u16]) -> Value {
        match String::from_utf16(units) {
            Ok(text) => self.realm.text(&text),
            Err(_) => self.realm.text_of_units(units),
        }
    }

    fn skip_plain(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let plain = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        self.at += plain.unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Result<u16, Expected> {
        let letter = self.peek();
        if letter == Some(b'u') {
            return self.hex();
        }
        let unit = letter.and_then(unescaped).ok_or("an escape")?;
        self.at += 1;
        Ok(unit)
    }

    fn hex(&mut self) -> Result<u16, Expected> {
        let digits = self.text.get(self.at + 1..self.at + 5).ok_or("hexadecimal digits")?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("hexadecimal digits");
        }
        self.at += 5;
        u16::from_str_radix(digits, 16).map_err(|_| "hexadecimal digits")
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
