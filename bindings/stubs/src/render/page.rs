//! Assembles one text from the parts chosen for it; makes no choices itself.

use std::collections::BTreeMap;

use super::{Rendering, Shown, Stubs};
use crate::level::{Cut, Level};
use crate::typescript::{self, Method, PRELUDE, PRELUDE_SIGNATURES, View};

/// How one tool is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Name,
    Line,
    /// In TypeScript, without what was cut.
    Declared(Cut),
}

impl Form {
    /// Everything that a level shows.
    pub(super) fn whole(level: Level) -> Form {
        match level {
            Level::Name => Form::Name,
            Level::Line => Form::Line,
            Level::Signature | Level::Full => Form::Declared(Cut::Nothing),
        }
    }
}

pub(super) const TOOLS_OPEN: &str = "declare const tools: {\n";
pub(super) const TOOLS_CLOSE: &str = "};\n";
pub(super) const SERVER_CLOSE: &str = "  };\n";

/// A text being assembled.
pub(super) struct Page<'s, 'a> {
    stubs: &'s Stubs<'a>,
    level: Level,
    /// By the tool's place; tools with `None` are not shown.
    forms: Vec<Option<Form>>,
    /// Number of further tools in the last line, which is omitted for zero.
    pub(super) left_out: usize,
    pub(super) has_prelude: bool,
    /// Whether `tools` is declared.
    pub(super) has_frame: bool,
}

impl<'s, 'a> Page<'s, 'a> {
    pub(super) fn of(stubs: &'s Stubs<'a>, level: Level) -> Page<'s, 'a> {
        let forms = vec![None; stubs.tools.len()];
        let typescript = level.is_typescript();
        Page { stubs, level, forms, left_out: 0, has_prelude: typescript, has_frame: typescript }
    }

    pub(super) fn put(&mut self, place: usize, form: Form) {
        if let Some(shown) = self.forms.get_mut(place) {
            *shown = Some(form);
        }
    }

    pub(super) fn rendering(&self) -> Rendering {
        let text = if self.level.is_typescript() { self.typescript() } else { self.lines() };
        Rendering {
            text,
            tools: self.shown().map(|(place, form)| self.shown_tool(place, form)).collect(),
            left_out: self.left_out,
        }
    }

    fn lines(&self) -> String {
        let lines: String =
            self.shown().map(|(place, form)| tool_text(self.stubs, self.level, place, form).text).collect();
        format!("{lines}{}", footer(self.level, self.left_out))
    }

    fn typescript(&self) -> String {
        let prelude = if self.has_prelude { prelude(self.level) } else { "" };
        let types: String =
            self.types().into_iter().map(|(index, cut)| type_text(self.stubs, self.level, index, cut).text).collect();
        let tools = if self.has_frame { self.tools() } else { String::new() };
        format!("{prelude}{types}{tools}{}", footer(self.level, self.left_out))
    }

    fn tools(&self) -> String {
        let mut text = TOOLS_OPEN.to_owned();
        let mut room = None;
        for (place, form) in self.shown() {
            let here = self.stubs.tools.get(place).map(|entry| entry.room);
            if here != room {
                text.push_str(if room.is_some() { SERVER_CLOSE } else { "" });
                text.push_str(&here.map(|here| server_head(self.stubs, self.level, here)).unwrap_or_default());
                room = here;
            }
            text.push_str(&tool_text(self.stubs, self.level, place, form).text);
        }
        text.push_str(if room.is_some() { SERVER_CLOSE } else { "" });
        text + TOOLS_CLOSE
    }

    /// Returns the named types that the tools use, each with the most detail that any tool needs.
    fn types(&self) -> BTreeMap<usize, Cut> {
        let declared = self.shown().filter_map(|(place, form)| match form {
            Form::Declared(cut) => Some((cut, place)),
            Form::Name | Form::Line => None,
        });
        let mut declared: Vec<(Cut, usize)> = declared.collect();
        declared.sort_unstable();
        let mut types = BTreeMap::new();
        for (cut, place) in declared {
            let mut open = tool_text(self.stubs, self.level, place, Form::Declared(cut)).uses;
            while let Some(index) = open.pop() {
                if let std::collections::btree_map::Entry::Vacant(entry) = types.entry(index) {
                    entry.insert(cut);
                    open.extend(type_text(self.stubs, self.level, index, cut).uses);
                }
            }
        }
        types
    }

    fn shown(&self) -> impl Iterator<Item = (usize, Form)> {
        self.forms.iter().enumerate().filter_map(|(place, form)| Some((place, (*form)?)))
    }

    fn shown_tool(&self, place: usize, form: Form) -> Shown {
        let (server, tool) = self.stubs.tools.get(place).map_or(("", ""), |entry| self.stubs.wire_names(entry));
        let (level, cut) = match form {
            Form::Name => (Level::Name, Cut::Nothing),
            Form::Line => (Level::Line, Cut::Nothing),
            Form::Declared(cut) => (self.level, cut),
        };
        Shown { server: server.to_owned(), tool: tool.to_owned(), level, cut }
    }
}

pub(super) fn prelude(level: Level) -> &'static str {
    if level == Level::Full { PRELUDE } else { &PRELUDE_SIGNATURES }
}

/// Returns the line about tools that did not fit.
pub(super) fn footer(level: Level, left_out: usize) -> String {
    let mark = if level.is_typescript() { "// " } else { "" };
    match left_out {
        0 => String::new(),
        1 => format!("{mark}… 1 more tool: search or ask for it by name\n"),
        more => format!("{mark}… {more} more tools: search or ask for them by name\n"),
    }
}

pub(super) fn server_head(stubs: &Stubs<'_>, level: Level, room: usize) -> String {
    let head = |room: &super::Room<'_>| typescript::server_head(&room.identifier, room.server, level == Level::Full);
    stubs.rooms.get(room).map(head).unwrap_or_default()
}

/// Renders the tool at a place.
pub(super) fn tool_text(stubs: &Stubs<'_>, level: Level, place: usize, form: Form) -> typescript::Piece {
    let Some(entry) = stubs.tools.get(place) else {
        return typescript::Piece { text: String::new(), uses: Vec::new() };
    };
    let plain = |text| typescript::Piece { text, uses: Vec::new() };
    match form {
        Form::Declared(cut) => typescript::method(&entry.method, &stubs.types, view(level, cut)),
        Form::Name | Form::Line if level.is_typescript() => {
            plain(typescript::remark(&entry.method, form == Form::Line))
        }
        Form::Name | Form::Line => plain(plain_line(stubs, entry.room, &entry.method, form == Form::Line)),
    }
}

/// Renders one named type.
pub(super) fn type_text(stubs: &Stubs<'_>, level: Level, index: usize, cut: Cut) -> typescript::Piece {
    match stubs.types.get(index) {
        Some(named) => typescript::alias(named, &stubs.types, view(level, cut)),
        None => typescript::Piece { text: String::new(), uses: Vec::new() },
    }
}

fn view(level: Level, cut: Cut) -> View {
    View { comments: level == Level::Full, cut }
}

fn plain_line(stubs: &Stubs<'_>, room: usize, method: &Method<'_>, sentence: bool) -> String {
    let server = stubs.rooms.get(room).map_or("", |room| room.identifier.as_str());
    match sentence.then(|| typescript::tool_sentence(method.tool)).flatten() {
        Some(words) => format!("tools.{server}.{}: {words}\n", method.identifier),
        None => format!("tools.{server}.{}\n", method.identifier),
    }
}
