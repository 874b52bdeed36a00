//! The `--engine` flag.

use callbox::Engine;
use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};

/// The engine for JavaScript and TypeScript.
#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    /// The engine that runs JavaScript and TypeScript; components do not use one.
    #[arg(long, value_name = "ENGINE", default_value_t = Engine::default(), value_parser = names())]
    pub(crate) engine: Engine,
}

/// Parser for the names of the built-in engines.
fn names() -> impl TypedValueParser<Value = Engine> {
    let names = Engine::ALL.iter().map(|engine| engine.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Engine>())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        engine: EngineArgs,
    }

    #[test]
    fn each_engine_has_its_name_and_one_is_the_default() {
        for engine in Engine::ALL {
            let line = Line::try_parse_from(["x", "--engine", engine.as_str()]).expect("it parses");
            assert_eq!(line.engine.engine, *engine);
        }
        assert_eq!(Line::try_parse_from(["x"]).expect("it parses").engine.engine, Engine::default());
    }

    #[test]
    fn another_name_is_told_what_there_is() {
        let refused = Line::try_parse_from(["x", "--engine", "v8"]).expect_err("no such engine").to_string();
        assert!(Engine::ALL.iter().all(|engine| refused.contains(engine.as_str())), "{refused}");
    }
}
