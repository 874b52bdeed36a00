//! Real catalogues at every level and within budgets: the text is declarations, fits, and a larger budget shows no
//! less.

use std::error::Error;
use std::fs;
use std::path::Path;

use callbox_bindings::{Level, Selection, Stubs, count_tokens};

use super::catalogue_files::{Catalogue, catalogues};
use callbox_rendering_tests as inert;

#[test]
fn real_catalogues_fit_their_budgets() -> Result<(), Box<dyn Error>> {
    for Catalogue { name, servers } in catalogues()? {
        let stubs = Stubs::read(&servers);
        for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
            let whole = stubs.render(Selection::All, level);
            let tokens = count_tokens(&whole.text);
            eprintln!("{name}, {level}: {tokens} tokens");
            keep(&name, &format!("{level}"), &whole.text)?;
            assert_eq!(stubs.render_within(Selection::All, level, tokens), whole);
            let mut before = Vec::new();
            for percent in [1, 4, 16, 30, 50, 70, 90, 97] {
                let tokens_max = tokens * percent / 100;
                let fitted = stubs.render_within(Selection::All, level, tokens_max);
                assert!(count_tokens(&fitted.text) <= tokens_max, "{}", fitted.text);
                inert::assert_no_less(&before, &fitted.tools);
                if level >= Level::Signature {
                    inert::parsed(&fitted.text, |_| ());
                    keep(&name, &format!("{level}-{percent}"), &fitted.text)?;
                }
                before = fitted.tools;
            }
        }
    }
    Ok(())
}

/// Writes the text to a file so that a compiler can be run on it.
fn keep(name: &str, what: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("levels");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("{name}.{what}.ts")), text)?)
}
