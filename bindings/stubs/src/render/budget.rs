//! Fits a text into a token budget with the most detail possible.
//!
//! Every part is encoded once and its tokens are added up. The choice goes through a sequence of states, each of which
//! shows at most as much of every tool as the one before, and takes the first that fits: so a larger budget never shows
//! less.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::page::{self, Form, Page};
use super::{Rendering, Stubs};
use crate::level::{Cut, Level};
use crate::tokens::{count_tokens, count_tokens_within, first_line, last_line, seam, signed};

/// The forms of a tool that keeps its declaration, most detailed first.
fn declared(level: Level) -> &'static [Cut] {
    use Cut::{Comments, Examples, LongWords, NestedTypes, Nothing, OptionalComments, OptionalFields};
    match level {
        Level::Full => &[Nothing, Examples, LongWords, OptionalComments, NestedTypes, OptionalFields, Comments],
        Level::Signature => &[Nothing, NestedTypes, OptionalFields, Comments],
        Level::Line | Level::Name => &[],
    }
}

/// The forms below that, least detailed first. A signature falls straight back to the name: the sentence is often
/// longer.
fn below(level: Level) -> &'static [Form] {
    match level {
        Level::Full | Level::Line => &[Form::Name, Form::Line],
        Level::Signature | Level::Name => &[Form::Name],
    }
}

/// Returns the text for the tools in `order`, most relevant first.
pub(super) fn fitted(stubs: &Stubs<'_>, order: &[usize], level: Level, tokens_max: usize) -> Rendering {
    let mut tally = Tally::of(stubs, order, level, tokens_max);
    let least = declared(level).last().map(|cut| Form::Declared(*cut));
    for form in below(level).iter().copied().chain(least) {
        if !tally.raise_all(form) {
            tally.raise_some(form);
            return tally.rendering();
        }
    }
    tally.add_detail(declared(level));
    tally.rendering()
}

/// A choice of forms, and its token count.
struct Tally<'s, 'a> {
    stubs: &'s Stubs<'a>,
    order: &'s [usize],
    level: Level,
    tokens_max: usize,
    /// By place.
    forms: HashMap<usize, Form>,
    parts: HashMap<(usize, Form), Rc<Part>>,
    /// How many tools of each server are shown.
    shown: HashMap<usize, usize>,
    /// How many tools are declared.
    declared: usize,
    /// Tokens of tools and servers.
    tokens: isize,
    /// Tokens of the text around all of them.
    prelude_tokens: isize,
    frame_tokens: isize,
    types: Types<'s, 'a>,
}

/// A tool in one form.
struct Part {
    tokens: isize,
    /// All named types that it needs.
    uses: Vec<usize>,
}

impl<'s, 'a> Tally<'s, 'a> {
    fn of(stubs: &'s Stubs<'a>, order: &'s [usize], level: Level, tokens_max: usize) -> Tally<'s, 'a> {
        Tally {
            stubs,
            order,
            level,
            tokens_max,
            forms: HashMap::new(),
            parts: HashMap::new(),
            shown: HashMap::new(),
            declared: 0,
            tokens: 0,
            prelude_tokens: signed(count_tokens(page::prelude(level))),
            frame_tokens: signed(count_tokens(page::TOOLS_OPEN) + count_tokens(page::TOOLS_CLOSE)),
            types: Types::of(stubs, level, tokens_max),
        }
    }

    /// Shows all tools in a form; changes nothing if that does not fit.
    fn raise_all(&mut self, form: Form) -> bool {
        let before = self.forms.clone();
        self.order.iter().for_each(|place| self.put(*place, Some(form)));
        if self.fits() {
            return true;
        }
        self.order.iter().for_each(|place| self.put(*place, before.get(place).copied()));
        false
    }

    /// Shows as many tools in a form as fit, most relevant first.
    fn raise_some(&mut self, form: Form) {
        for place in self.order {
            let before = self.forms.get(place).copied();
            self.put(*place, Some(form));
            if !self.fits() {
                return self.put(*place, before);
            }
        }
    }

    /// Starts from all detail and removes one kind after the other, from the least relevant tool to the most, until it
    /// fits. All tools without any detail are known to fit.
    fn add_detail(&mut self, cuts: &[Cut]) {
        let mut best: HashMap<usize, Form> = HashMap::new();
        for cut in cuts {
            for place in self.order.iter().rev() {
                let form = self.shorter(*place, best.get(place).copied(), Form::Declared(*cut));
                best.insert(*place, form);
                self.put(*place, Some(form));
                // The first round only starts from full detail.
                if *cut != Cut::Nothing && self.fits() {
                    return;
                }
            }
            if self.fits() {
                return;
            }
        }
        if let Some(cut) = cuts.last() {
            self.order.iter().for_each(|place| self.put(*place, Some(Form::Declared(*cut))));
        }
    }

    /// A form with less detail is used only if it is shorter: the mark for what was left out may be longer than the
    /// text itself.
    fn shorter(&mut self, place: usize, before: Option<Form>, next: Form) -> Form {
        match before {
            Some(before) if self.part(place, before).tokens <= self.part(place, next).tokens => before,
            _ => next,
        }
    }

    fn put(&mut self, place: usize, form: Option<Form>) {
        let before = self.forms.remove(&place);
        if before == form {
            self.forms.extend(form.map(|form| (place, form)));
            return;
        }
        if let Some(form) = form {
            self.add(place, form);
        }
        if let Some(before) = before {
            self.take(place, before);
        }
    }

    fn add(&mut self, place: usize, form: Form) {
        let part = self.part(place, form);
        self.forms.insert(place, form);
        self.tokens += part.tokens + self.server_tokens(place, 0);
        *self.shown.entry(self.room(place)).or_default() += 1;
        if let Form::Declared(cut) = form {
            self.declared += 1;
            part.uses.iter().for_each(|index| self.types.add(*index, cut));
        }
    }

    fn take(&mut self, place: usize, form: Form) {
        let part = self.part(place, form);
        self.tokens -= part.tokens + self.server_tokens(place, 1);
        self.shown.entry(self.room(place)).and_modify(|count| *count -= 1);
        if let Form::Declared(cut) = form {
            self.declared -= 1;
            part.uses.iter().for_each(|index| self.types.take(*index, cut));
        }
    }

    /// Returns the tokens of the text around a server's tools, if it shows that many.
    fn server_tokens(&self, place: usize, shown: usize) -> isize {
        let room = self.room(place);
        if !self.level.is_typescript() || self.shown.get(&room).copied().unwrap_or_default() != shown {
            return 0;
        }
        signed(count_tokens(&page::server_head(self.stubs, self.level, room)) + count_tokens(page::SERVER_CLOSE))
    }

    fn room(&self, place: usize) -> usize {
        self.stubs.tools.get(place).map_or(usize::MAX, |entry| entry.room)
    }

    fn part(&mut self, place: usize, form: Form) -> Rc<Part> {
        if let Some(part) = self.parts.get(&(place, form)) {
            return Rc::clone(part);
        }
        let piece = page::tool_text(self.stubs, self.level, place, form);
        let uses = match form {
            Form::Declared(cut) => self.types.closure(piece.uses, cut),
            Form::Name | Form::Line => Vec::new(),
        };
        let part = Rc::new(Part { tokens: tokens_up_to(self.tokens_max, &piece.text), uses });
        self.parts.insert((place, form), Rc::clone(&part));
        part
    }

    fn left_out(&self) -> usize {
        self.order.len() - self.forms.len()
    }

    fn has_frame(&self) -> bool {
        self.level.is_typescript() && !self.forms.is_empty()
    }

    fn fits(&self) -> bool {
        self.total() <= signed(self.tokens_max)
    }

    fn total(&self) -> isize {
        let prelude = if self.declared > 0 { self.prelude_tokens } else { 0 };
        let frame = if self.has_frame() { self.frame_tokens } else { 0 };
        prelude + self.types.tokens + frame + self.tokens + self.footer_tokens()
    }

    fn footer_tokens(&self) -> isize {
        let footer = page::footer(self.level, self.left_out());
        let seam = if self.has_frame() { seam(page::TOOLS_CLOSE, &footer) } else { 0 };
        signed(count_tokens(&footer)) + seam
    }

    fn rendering(&self) -> Rendering {
        let mut page = Page::of(self.stubs, self.level);
        self.forms.iter().for_each(|(place, form)| page.put(*place, *form));
        page.left_out = self.left_out();
        page.has_prelude = self.declared > 0;
        page.has_frame = self.has_frame();
        let rendering = page.rendering();
        debug_assert_eq!(self.total(), signed(count_tokens(&rendering.text)), "{}", rendering.text);
        // Only the last line can exceed the budget: everything else was added while it fitted.
        if self.fits() { rendering } else { Rendering { text: String::new(), ..rendering } }
    }
}

/// Counts the tokens of a text up to one more than the budget: counting all of an oversized text would take too long.
fn tokens_up_to(tokens_max: usize, text: &str) -> isize {
    count_tokens_within(text, tokens_max).map_or(signed(tokens_max).saturating_add(1), signed)
}

/// The named types shown, and their tokens.
struct Types<'s, 'a> {
    stubs: &'s Stubs<'a>,
    level: Level,
    tokens_max: usize,
    parts: HashMap<(usize, Cut), Rc<TypePart>>,
    /// How many tools need a type, by detail.
    users: HashMap<usize, BTreeMap<Cut, usize>>,
    /// In the order of the text, with the most detail that any user needs.
    printed: BTreeMap<usize, Cut>,
    tokens: isize,
}

struct TypePart {
    tokens: isize,
    first_line: String,
    last_line: String,
    uses: Vec<usize>,
}

impl<'s, 'a> Types<'s, 'a> {
    fn of(stubs: &'s Stubs<'a>, level: Level, tokens_max: usize) -> Types<'s, 'a> {
        let parts = HashMap::new();
        let users = HashMap::new();
        let printed = BTreeMap::new();
        Types { stubs, level, tokens_max, parts, users, printed, tokens: 0 }
    }

    /// Returns the types and everything they need in turn.
    fn closure(&mut self, mut open: Vec<usize>, cut: Cut) -> Vec<usize> {
        let mut reached = std::collections::BTreeSet::new();
        while let Some(index) = open.pop() {
            if reached.insert(index) {
                open.extend(&self.part(index, cut).uses);
            }
        }
        reached.into_iter().collect()
    }

    fn part(&mut self, index: usize, cut: Cut) -> Rc<TypePart> {
        if let Some(part) = self.parts.get(&(index, cut)) {
            return Rc::clone(part);
        }
        let piece = page::type_text(self.stubs, self.level, index, cut);
        let tokens = tokens_up_to(self.tokens_max, &piece.text);
        // What does not fit is never shown, so its first and last lines do not matter.
        let met = if tokens > signed(self.tokens_max) { "" } else { piece.text.as_str() };
        let (first_line, last_line) = (first_line(met).to_owned(), last_line(met).to_owned());
        let part = Rc::new(TypePart { tokens, first_line, last_line, uses: piece.uses });
        self.parts.insert((index, cut), Rc::clone(&part));
        part
    }

    fn add(&mut self, index: usize, cut: Cut) {
        *self.users.entry(index).or_default().entry(cut).or_default() += 1;
        self.settle(index);
    }

    fn take(&mut self, index: usize, cut: Cut) {
        if let Some(users) = self.users.get_mut(&index) {
            users.entry(cut).and_modify(|count| *count -= 1);
            users.retain(|_, count| *count > 0);
        }
        self.settle(index);
    }

    /// Prints a type with the detail that its users now need.
    fn settle(&mut self, index: usize) {
        let needed = self.users.get(&index).and_then(|users| users.keys().next().copied());
        if needed == self.printed.get(&index).copied() {
            return;
        }
        self.tokens -= self.tokens_around(index);
        match needed {
            Some(cut) => self.printed.insert(index, cut),
            None => self.printed.remove(&index),
        };
        self.tokens += self.tokens_around(index);
    }

    /// Returns the tokens of a type, if printed, and of the seams around it.
    fn tokens_around(&mut self, index: usize) -> isize {
        let before = self.printed.range(..index).next_back().map(|(index, cut)| (*index, *cut));
        let here = self.printed.get(&index).map(|cut| (index, *cut));
        let after = self.printed.range(index + 1..).next().map(|(index, cut)| (*index, *cut));
        let [before, here, after] = [before, here, after].map(|place| place.map(|(index, cut)| self.part(index, cut)));
        let start = last_line(page::prelude(self.level));
        let before = before.as_ref().map_or(start, |part| part.last_line.as_str());
        match (&here, &after) {
            (Some(here), Some(after)) => {
                here.tokens + seam(before, &here.first_line) + seam(&here.last_line, &after.first_line)
            }
            (Some(here), None) => here.tokens + seam(before, &here.first_line),
            (None, Some(after)) => seam(before, &after.first_line),
            (None, None) => 0,
        }
    }
}
