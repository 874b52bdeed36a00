//! The JSON parser: a single pass without recursion that builds engine values directly. `revive` calls revivers.

use std::ops::Range;

use boa_engine::builtins::object::OrdinaryObject;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue};
use callbox_engine_guest::json::unescaped;

use super::number::number;
use super::source::Source;
use crate::text::Text;

/// A parsed text.
pub(super) struct Parsed {
    /// Its value.
    pub(super) value: JsValue,
    /// The values and their source, if recorded; the root is last.
    pub(super) nodes: Vec<Node>,
}

/// A value and its form in the text.
pub(super) struct Node {
    /// The value.
    pub(super) value: JsValue,
    /// Its parts.
    pub(super) form: Form,
}

/// How a value was written.
pub(super) enum Form {
    /// A primitive, with the range of its text.
    Primitive(Range<usize>),
    /// The nodes of its items.
    Array(Vec<usize>),
    /// The nodes of its members in source order, including repeated names.
    Object(Vec<(PropertyKey, usize)>),
}

/// Parses a whole text; with `record`, also collects its nodes.
pub(super) fn parse(source: &impl Source, record: bool, context: &mut Context) -> JsResult<Parsed> {
    let mut parser = Parser { source, at: 0, open: Vec::new(), record, nodes: Vec::new() };
    let result = parser.whole(context);
    match result {
        Ok(value) => Ok(Parsed { value, nodes: parser.nodes }),
        Err(expected) => Err(parser.error(expected)),
    }
}

/// What the grammar expected at the position of the error.
type Expected = &'static str;

struct Parser<'a, S> {
    source: &'a S,
    at: usize,
    open: Vec<Open>,
    record: bool,
    nodes: Vec<Node>,
}

/// An array or object that is not closed yet.
enum Open {
    Array { items: Vec<JsValue>, nodes: Vec<usize> },
    Object { object: JsObject, key: PropertyKey, nodes: Vec<(PropertyKey, usize)> },
}

impl<S: Source> Parser<'_, S> {
    fn whole(&mut self, context: &mut Context) -> Result<JsValue, Expected> {
        loop {
            let Some(value) = self.begin(context)? else {
                continue;
            };
            if let Some(value) = self.attach(value, context)? {
                self.skip_blanks();
                return match self.peek() {
                    None => Ok(value),
                    Some(_) => Err("the end of the text"),
                };
            }
        }
    }

    /// Reads a value up to its first part; `None` if an array or object was opened.
    fn begin(&mut self, context: &mut Context) -> Result<Option<JsValue>, Expected> {
        self.skip_blanks();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => return self.begin_object(context),
            Some(b'[') => return Ok(self.begin_array(context)),
            Some(b'"') => self.string()?.into(),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", true.into())?,
            Some(b'f') => self.word("false", false.into())?,
            Some(b'n') => self.word("null", JsValue::null())?,
            _ => return Err("a value"),
        };
        self.note(&value, || Form::Primitive(start..start));
        if let Some(Node { form: Form::Primitive(range), .. }) = self.nodes.last_mut() {
            range.end = self.at;
        }
        Ok(Some(value))
    }

    fn begin_object(&mut self, context: &mut Context) -> Result<Option<JsValue>, Expected> {
        self.at += 1;
        self.skip_blanks();
        let prototype = context.intrinsics().constructors().object().prototype();
        let object = JsObject::new(context.root_shape(), prototype, OrdinaryObject).upcast();
        if self.take(b'}') {
            let value = JsValue::from(object);
            self.note(&value, || Form::Object(Vec::new()));
            return Ok(Some(value));
        }
        let key = self.key("a member's name in double quotes or `}`")?;
        self.open.push(Open::Object { object, key, nodes: Vec::new() });
        Ok(None)
    }

    fn begin_array(&mut self, context: &mut Context) -> Option<JsValue> {
        self.at += 1;
        self.skip_blanks();
        if self.take(b']') {
            let value = array(Vec::new(), context);
            self.note(&value, || Form::Array(Vec::new()));
            return Some(value);
        }
        self.open.push(Open::Array { items: Vec::new(), nodes: Vec::new() });
        None
    }

    /// Adds a finished value to the open array or object; returns the root value once everything is closed.
    fn attach(&mut self, value: JsValue, context: &mut Context) -> Result<Option<JsValue>, Expected> {
        let mut value = value;
        while let Some(open) = self.open.pop() {
            self.skip_blanks();
            let closed = match open {
                Open::Array { items, nodes } => self.attach_item(items, nodes, value, context)?,
                Open::Object { object, key, nodes } => self.attach_member(object, key, nodes, value)?,
            };
            match closed {
                Some(closed) => value = closed,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }

    fn attach_item(
        &mut self,
        mut items: Vec<JsValue>,
        mut nodes: Vec<usize>,
        value: JsValue,
        context: &mut Context,
    ) -> Result<Option<JsValue>, Expected> {
        items.push(value);
        nodes.extend(self.last_node());
        if self.take(b',') {
            self.open.push(Open::Array { items, nodes });
            return Ok(None);
        }
        if !self.take(b']') {
            return Err("`,` or `]`");
        }
        let value = array(items, context);
        self.note(&value, || Form::Array(nodes));
        Ok(Some(value))
    }

    fn attach_member(
        &mut self,
        object: JsObject,
        key: PropertyKey,
        mut nodes: Vec<(PropertyKey, usize)>,
        value: JsValue,
    ) -> Result<Option<JsValue>, Expected> {
        if let Some(node) = self.last_node() {
            nodes.push((key.clone(), node));
        }
        let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(true).configurable(true);
        object.insert_property(key, property);
        if self.take(b',') {
            self.skip_blanks();
            let key = self.key("a member's name in double quotes")?;
            self.open.push(Open::Object { object, key, nodes });
            return Ok(None);
        }
        if !self.take(b'}') {
            return Err("`,` or `}`");
        }
        let value = JsValue::from(object);
        self.note(&value, || Form::Object(nodes));
        Ok(Some(value))
    }

    /// Parses a member's name and colon.
    fn key(&mut self, expected: Expected) -> Result<PropertyKey, Expected> {
        if self.peek() != Some(b'"') {
            return Err(expected);
        }
        let key = PropertyKey::from(self.string()?);
        self.skip_blanks();
        match self.take(b':') {
            true => Ok(key),
            false => Err("`:`"),
        }
    }

    fn number(&mut self) -> Result<JsValue, Expected> {
        let (value, end) = number(self.source, self.at).map_err(|at| {
            self.at = at;
            "a digit"
        })?;
        self.at = end;
        Ok(value)
    }

    fn word(&mut self, word: &'static str, value: JsValue) -> Result<JsValue, Expected> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err(word);
            }
        }
        Ok(value)
    }

    fn string(&mut self) -> Result<JsString, Expected> {
        self.at += 1;
        let start = self.at;
        self.skip_plain();
        if self.take(b'"') {
            return Ok(self.source.string(start..self.at - 1));
        }
        let mut text = Text::with_capacity(self.at - start);
        self.source.append(start..self.at, &mut text);
        loop {
            if self.take(b'"') {
                return Ok(text.finish());
            }
            if !self.take(b'\\') {
                return Err("the end of the string, or an escape for the control character");
            }
            text.push_unit(self.escape()?);
            let start = self.at;
            self.skip_plain();
            self.source.append(start..self.at, &mut text);
        }
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
        let mut unit = 0;
        for _ in 0..4 {
            self.at += 1;
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.and_then(|digit| u16::try_from(digit).ok());
            unit = unit << 4 | digit.ok_or("a hexadecimal digit")?;
        }
        self.at += 1;
        Ok(unit)
    }

    fn skip_plain(&mut self) {
        const QUOTE: u16 = b'"' as u16;
        const BACKSLASH: u16 = b'\\' as u16;
        while let Some(unit) = self.source.unit(self.at) {
            if unit < 0x20 || unit == QUOTE || unit == BACKSLASH {
                return;
            }
            self.at += 1;
        }
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

    /// Returns the next unit; a unit that does not fit a byte becomes 0xFF, which the grammar never expects.
    fn peek(&self) -> Option<u8> {
        let unit = self.source.unit(self.at)?;
        Some(u8::try_from(unit).unwrap_or(u8::MAX))
    }

    fn note(&mut self, value: &JsValue, form: impl FnOnce() -> Form) {
        if self.record {
            let value = value.clone();
            self.nodes.push(Node { value, form: form() });
        }
    }

    fn last_node(&self) -> Option<usize> {
        self.nodes.len().checked_sub(1)
    }

    fn error(&self, expected: Expected) -> boa_engine::JsError {
        let (line, column) = self.place();
        let found = match self.source.shown(self.at) {
            Some(found) if found.is_control() => format!("U+{:04X}", u32::from(found)),
            Some(found) => format!("`{found}`"),
            None => "the end of the text".to_owned(),
        };
        let expected = match expected.bytes().all(|byte| byte.is_ascii_lowercase()) {
            true => format!("`{expected}`"),
            false => expected.to_owned(),
        };
        let message = format!(
            "not JSON: expected {expected} but found {found} at line {line}, column {column} \
             (position {})",
            self.at
        );
        JsNativeError::syntax().with_message(message).into()
    }

    /// Returns line and column of the current position, both from 1.
    fn place(&self) -> (usize, usize) {
        let (mut line, mut begin) = (1, 0);
        for at in 0..self.at {
            if self.source.unit(at) == Some(u16::from(b'\n')) {
                line += 1;
                begin = at + 1;
            }
        }
        (line, self.at - begin + 1)
    }
}

fn array(items: Vec<JsValue>, context: &mut Context) -> JsValue {
    JsArray::from_iter(items, context).into()
}
