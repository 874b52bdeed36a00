//! The tables of `SEARCH.md`. `UPDATE_SEARCH=1` rewrites them.

use std::error::Error;
use std::{env, fs};

use crate::measure::Score;
use crate::queries::{Asked, Split};

/// A query and its results.
pub(crate) struct Answered<'a> {
    pub(crate) asked: &'a Asked,
    /// Position of the first right tool.
    pub(crate) place: Option<u32>,
    /// The same among the tools that contain every word literally.
    pub(crate) place_by_substring: Option<u32>,
    /// Server and tool of the first hit.
    pub(crate) first: Option<(String, String)>,
}

/// Rows of scores, in order of insertion.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    missed: Vec<String>,
}

#[derive(Default)]
struct Row {
    name: String,
    held_out: Scores,
    tune: Scores,
}

#[derive(Default, Clone, Copy)]
struct Scores {
    search: Score,
    substring: Score,
}

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/SEARCH.md");

/// The test writes everything after this.
const MARK: &str = "## Measured\n";

impl Table {
    pub(crate) fn add(&mut self, rows: &[&str], answered: &Answered<'_>) {
        for name in rows {
            let scores = self.scores(name, answered.asked.split);
            scores.search.add(answered.place);
            scores.substring.add(answered.place_by_substring);
        }
        let own = rows.first().is_some_and(|row| *row == answered.asked.catalogue);
        if own && answered.place.is_none_or(|place| place > 5) && answered.asked.split == Split::HeldOut {
            self.missed.push(missed(answered));
        }
    }

    pub(crate) fn score(&self, row: &str, split: Split) -> Score {
        let row = self.rows.iter().find(|known| known.name == row);
        row.map(|row| if split == Split::Tune { row.tune } else { row.held_out }).unwrap_or_default().search
    }

    pub(crate) fn check(&self) -> Result<(), Box<dyn Error>> {
        let document = fs::read_to_string(DOCUMENT)?;
        let (prose, measured) = document.split_once(MARK).ok_or("SEARCH.md has no heading for what is measured")?;
        if env::var_os("UPDATE_SEARCH").is_some() {
            return Ok(fs::write(DOCUMENT, format!("{prose}{MARK}{}", self.text()))?);
        }
        assert!(measured == self.text(), "SEARCH.md is out of date; UPDATE_SEARCH=1 rewrites it");
        Ok(())
    }

    fn scores(&mut self, name: &str, split: Split) -> &mut Scores {
        let index = self.rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
            self.rows.push(Row { name: name.to_owned(), ..Row::default() });
            self.rows.len() - 1
        });
        let row = &mut self.rows[index];
        if split == Split::Tune { &mut row.tune } else { &mut row.held_out }
    }

    fn text(&self) -> String {
        let (together, own): (Vec<&Row>, Vec<&Row>) = self.rows.iter().partition(|row| row.name.contains(' '));
        let rows = own.into_iter().chain(together).map(line).collect::<String>();
        let missed = self.missed.concat();
        format!(
            "\n{HEAD}{rows}\nNot among the first five in their own catalogue, of the held-out half:\n\n{MISSED_HEAD}{missed}"
        )
    }
}

const HEAD: &str = "\
| catalogue | held out | recall@5 | MRR | substring | tuned on | recall@5 | MRR | substring |
|---|---|---|---|---|---|---|---|---|
";

const MISSED_HEAD: &str = "\
| catalogue | query | right, for one | place | first |
|---|---|---|---|---|
";

fn line(row: &Row) -> String {
    format!("| {} | {} | {} |\n", row.name, cells(row.held_out), cells(row.tune))
}

fn cells(scores: Scores) -> String {
    let Scores { search, substring } = scores;
    format!(
        "{} | {:.2} | {:.2} | {:.2} · {:.2}",
        search.queries,
        search.recall(),
        search.mrr(),
        substring.recall(),
        substring.mrr()
    )
}

fn missed(answered: &Answered<'_>) -> String {
    let Answered { asked, place, first, .. } = answered;
    let tool = asked.tools.first().and_then(|tool| tool.rsplit_once('/')).map_or("", |(_, tool)| tool);
    let place = place.map_or("–".to_owned(), |place| place.to_string());
    let first = first.as_ref().map_or("nothing".to_owned(), |(_, tool)| format!("`{tool}`"));
    format!("| {} | {} | `{tool}` | {place} | {first} |\n", asked.catalogue, asked.query)
}
