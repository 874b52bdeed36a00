//! Catalogues as text: levels, budgets and shared types, and that nothing in a catalogue can be more than text.

#[path = "rendering/any_catalogue.rs"]
mod any_catalogue;
#[path = "../../../bindings/stubs/tests/catalogue_files/mod.rs"]
mod catalogue_files;
#[path = "rendering/levels.rs"]
mod levels;
#[path = "rendering/real_catalogues.rs"]
mod real_catalogues;
