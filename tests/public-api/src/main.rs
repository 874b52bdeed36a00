//! Lists the public items of a crate from the JSON that rustdoc writes, one per line.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(json) = std::env::args().nth(1) else {
        eprintln!("expected the path of a JSON file of rustdoc");
        return ExitCode::from(2);
    };
    let listed = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build();
    match listed {
        Ok(items) => {
            print!("{items}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
