//! The built-in demo: a catalogue of tools over a small fixed data set, and a script that uses it. It uses no server,
//! clock or randomness: a call always gives the same answer.

mod data;
mod deploys;
mod logs;
mod minute;
mod paging;
mod people;
mod tracker;

#[cfg(test)]
mod tests;

use callbox::Catalog;

/// The script that `callbox run --demo` runs by default.
pub(crate) const SCRIPT: &str = include_str!("demo/script.ts");

/// Twelve tools on four servers: a week in the life of a small web shop.
pub(crate) fn catalog() -> Catalog {
    let builder = tracker::add(Catalog::builder());
    let builder = people::add(builder);
    let builder = deploys::add(builder);
    logs::add(builder).build()
}
