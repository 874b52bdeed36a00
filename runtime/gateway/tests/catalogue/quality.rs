//! Checks search on real catalogues against floors and the tables of `SEARCH.md`.

use std::error::Error;

use crate::catalogue_files::catalogues;
use crate::measure::{Library, place};
use crate::queries::{Asked, Kind, Split, queries};
use crate::table::{Answered, Table};

/// Minimum recall among five and MRR, slightly below the measured values.
const FLOORS: [(&str, Split, f64, f64); 4] = [
    (EACH, Split::Tune, 0.80, 0.66),
    (EACH, Split::HeldOut, 0.73, 0.61),
    (ALL, Split::Tune, 0.57, 0.47),
    (ALL, Split::HeldOut, 0.53, 0.45),
];

/// Each query against its own catalogue's tools.
const EACH: &str = "each in its own catalogue";

/// Each query against all tools.
const ALL: &str = "all tools together";

#[test]
fn searches_find_what_was_meant() -> Result<(), Box<dyn Error>> {
    let catalogues = catalogues()?;
    if catalogues.is_empty() {
        return Ok(());
    }
    let asked = queries()?;
    let all = Library::new(&catalogues);
    for tool in asked.iter().flat_map(|asked| &asked.elsewhere) {
        assert!(all.tool(tool).is_some(), "no tool `{tool}`");
    }
    let mut table = Table::default();
    let mut answered = 0;
    for catalogue in &catalogues {
        let own = Library::new([catalogue]);
        for asked in asked.iter().filter(|asked| asked.catalogue == catalogue.name) {
            table.add(&[&catalogue.name, EACH], &answer(&own, asked)?);
            table.add(&[ALL, kind(asked.kind)], &answer(&all, asked)?);
            answered += 1;
        }
    }
    assert_eq!(answered, asked.len(), "each query names a catalogue that is there");
    for (row, split, recall, mrr) in FLOORS {
        let score = table.score(row, split);
        assert!(score.recall() >= recall && score.mrr() >= mrr, "{row}, {split:?}: {} {}", score.recall(), score.mrr());
    }
    table.check()
}

#[test]
fn queries_are_many_and_halved() -> Result<(), Box<dyn Error>> {
    let asked = queries()?;
    let count = |wanted: &dyn Fn(&Asked) -> bool| asked.iter().filter(|asked| wanted(asked)).count();
    assert!(asked.len() >= 250);
    assert_eq!(count(&|asked| asked.split == Split::Tune), asked.len() / 2);
    assert!(count(&|asked| asked.kind == Kind::Typo) * 100 >= asked.len() * 15);
    assert_eq!(count(&|asked| asked.tools.is_empty()), 0);
    Ok(())
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Intent => "of these, sentences",
        Kind::Keywords => "of these, up to three words",
        Kind::Typo => "of these, misspelled",
    }
}

fn answer<'a>(library: &Library, asked: &'a Asked) -> Result<Answered<'a>, String> {
    let right = library.right(asked).map_err(|tool| format!("`{}`: no tool `{tool}`", asked.query))?;
    let found = library.found(&asked.query);
    Ok(Answered {
        asked,
        place: place(&found, &right),
        place_by_substring: place(&library.containing(&asked.query), &right),
        first: found.into_iter().next(),
    })
}
