//! Mutates scripts of `tests/cases`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use callbox::Limits;
use callbox_tests::case::{CaseFile, Header};

use super::{
    program::{Kind, Program},
    random::Random,
    tokens::{Sort, Token, joined, tokens},
};

/// Folders of `cases/` whose scripts are about the language.
const FOLDERS: &[&str] = &["builtins", "determinism", "errors", "forms", "positions", "steps", "values"];
/// Things that inherently vary between runs or engines, that node lacks, or that take long.
const UNFIT: &[&str] = &[
    "tools",
    "input",
    "console",
    "setTimeout",
    "clearTimeout",
    "random",
    "now",
    "ToolError",
    "globalThis",
    "structuredClone",
    "performance",
    "stack",
    "message",
    "WeakRef",
    "FinalizationRegistry",
    "Atomics",
    "SharedArrayBuffer",
    "ocale",
    "import",
    "export",
    "require",
    "<!--",
    "```",
    "000000",
    "20000",
    "1 << 20",
    "2 ** 20",
    "100_000",
    "100000",
];
const CHANGES_MAX: usize = 4;
/// Maximum number of mutations of one script that are discarded.
const TRIES_MAX: usize = 50;

const LITERALS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "0.5",
    "NaN",
    "Infinity",
    "1e21",
    "2147483648",
    "9007199254740993",
    "0n",
    "-5n",
    "''",
    "'a'",
    "'0'",
    "'😀'",
    "'\\ud800'",
    "'a,b'",
    "'__proto__'",
    "'length'",
    "null",
    "undefined",
    "true",
    "false",
    "[]",
    "{}",
    "[1, 2]",
    "[, 1]",
    "{ a: 1 }",
    "/a/g",
    "/(?:)/",
    "/(?<n>.)/y",
    "`x`",
    "() => 1",
    "x => x",
    "new Map([[1, 2]])",
    "new Set([1])",
    "Symbol.iterator",
    "new Date(0)",
    "Promise.resolve(1)",
    "Object.create(null)",
    "new Uint8Array(2)",
];
const OPERATORS: &[&[&str]] = &[
    &["+", "-", "*", "/", "%", "**"],
    &["<", ">", "<=", ">=", "===", "!==", "==", "!=", " in ", " instanceof "],
    &["&&", "||", "??", ","],
    &["&", "|", "^", "<<", ">>", ">>>"],
    &["=", "+=", "-=", "*=", "??=", "||=", "&&="],
    &["++", "--"],
    &["?.", "."],
    &["const", "let", "var"],
    &["break", "continue"],
    &["of", "in"],
];

/// The scripts that can be mutated, and all their words and literals.
pub(crate) struct Cases {
    scripts: Vec<(String, Vec<Token>)>,
    literals: Vec<String>,
    members: Vec<String>,
}

impl Cases {
    pub(crate) fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let mut files = Vec::new();
        for folder in FOLDERS {
            let entries =
                fs::read_dir(root.join(folder)).with_context(|| format!("there is no folder cases/{folder}"))?;
            files.extend(entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?);
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
        files.sort();
        let mut cases = Self { scripts: Vec::new(), literals: Vec::new(), members: Vec::new() };
        for file in files {
            let case = CaseFile::read(&file)?;
            if is_plain(&case.header) && is_fit(&case.script) {
                let name = file.strip_prefix(&root)?.display().to_string();
                cases.add(name, tokens(case.script.trim()));
            }
        }
        Ok(cases)
    }

    fn add(&mut self, name: String, tokens: Vec<Token>) {
        let literals = tokens.iter().filter(|token| token.sort == Sort::Literal);
        self.literals.extend(literals.map(|token| token.text.clone()));
        let members = tokens.windows(2).filter_map(|two| match two {
            [dot, member] if dot.is(".") && member.sort == Sort::Word => Some(member.text.clone()),
            _ => None,
        });
        self.members.extend(members);
        self.scripts.push((name, tokens));
    }

    /// Returns a script with 1 to 4 mutations.
    pub(crate) fn program(&self, seed: u64) -> Program {
        let mut random = Random::new(seed);
        let (name, script) = random.one(&self.scripts).cloned().unwrap_or_default();
        let mut tokens = script.clone();
        for _ in 0..TRIES_MAX {
            tokens.clone_from(&script);
            for _ in 0..=random.below(CHANGES_MAX) {
                self.change(&mut tokens, &mut random);
            }
            if tokens != script && is_fit(&joined(&tokens)) && is_balanced(&tokens) {
                break;
            }
            tokens.clone_from(&script);
        }
        let origin = format!("mutated from cases/{name}");
        Program { kind: Kind::Mutated, seed, origin, parts: vec![joined(&tokens)] }
    }

    fn change(&self, tokens: &mut Vec<Token>, random: &mut Random) {
        let is_literal = |token: &Token| token.sort == Sort::Literal;
        match random.below(11) {
            0 => put(tokens, random, is_literal, |random, _| random.one(LITERALS).map(|it| (*it).to_owned())),
            1 => put(tokens, random, is_literal, |random, _| random.one(&self.literals).cloned()),
            2 => swap(tokens, random, is_literal),
            3 | 4 => put(
                tokens,
                random,
                |token| class(token).is_some(),
                |random, old| random.one(class(old)?).map(|it| (*it).to_owned()),
            ),
            5 => drop(tokens.drain(statement(tokens, random))),
            6 => {
                let range = statement(tokens, random);
                let copy = tokens.get(range.clone()).unwrap_or_default().to_vec();
                tokens.splice(range.start..range.start, copy);
            }
            7 => self.other_member(tokens, random),
            8 => drop(one_of(tokens, random, |token| token.sort != Sort::Space).map(|at| tokens.remove(at))),
            9 => swap(tokens, random, |token| token.sort == Sort::Word),
            _ => put(tokens, random, is_literal, |random, old| {
                let unary = random.one(&["-", "!", "typeof ", "await ", "...", "~", "+", "void ", "new "])?;
                Some(format!("{unary}{}", old.text))
            }),
        }
    }

    fn other_member(&self, tokens: &mut [Token], random: &mut Random) {
        let dots: Vec<_> =
            (1..tokens.len()).filter(|at| tokens.get(at - 1).is_some_and(|token| token.is("."))).collect();
        let at = random.one(&dots).and_then(|at| tokens.get_mut(*at));
        if let (Some(token), Some(member)) = (at, random.one(&self.members)) {
            token.text.clone_from(member);
        }
    }
}

fn is_plain(header: &Header) -> bool {
    let Header { engine, tools, input, limits, folder, .. } = header;
    engine.is_none() && tools.is_empty() && input.is_null() && *limits == Limits::default() && !folder
}

/// Whether a script gives the same result wherever it runs, and does not take long.
pub(crate) fn is_fit(script: &str) -> bool {
    !UNFIT.iter().any(|unfit| script.contains(unfit))
}

/// Whether every closing bracket matches an opening one: otherwise the text would escape the function it is put into.
fn is_balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    tokens.iter().filter(|token| token.sort == Sort::Mark).all(|token| match token.text.as_str() {
        "(" => {
            open.push(")");
            true
        }
        "[" => {
            open.push("]");
            true
        }
        "{" => {
            open.push("}");
            true
        }
        close @ (")" | "]" | "}") => open.pop() == Some(close),
        _ => true,
    }) && open.is_empty()
}

fn class(token: &Token) -> Option<&'static [&'static str]> {
    OPERATORS.iter().copied().find(|class| class.iter().any(|operator| token.is(operator.trim())))
}

fn one_of(tokens: &[Token], random: &mut Random, fits: impl Fn(&Token) -> bool) -> Option<usize> {
    let fitting: Vec<_> = tokens.iter().enumerate().filter(|(_, token)| fits(token)).map(|(at, _)| at).collect();
    random.one(&fitting).copied()
}

fn put(
    tokens: &mut [Token],
    random: &mut Random,
    fits: impl Fn(&Token) -> bool,
    new: impl Fn(&mut Random, &Token) -> Option<String>,
) {
    let Some(token) = one_of(tokens, random, fits).and_then(|at| tokens.get_mut(at)) else { return };
    if let Some(text) = new(random, token) {
        token.text = text;
    }
}

fn swap(tokens: &mut [Token], random: &mut Random, fits: impl Fn(&Token) -> bool + Copy) {
    if let (Some(one), Some(other)) = (one_of(tokens, random, fits), one_of(tokens, random, fits)) {
        tokens.swap(one, other);
    }
}

/// Returns the tokens from after one `;`, `{` or `}` to the next `;`, keeping brackets in between whole.
fn statement(tokens: &[Token], random: &mut Random) -> std::ops::Range<usize> {
    let within = random.below(tokens.len());
    let mut depth = 0_usize;
    let begins = |(_, token): &(usize, &Token)| match token.text.as_str() {
        ")" | "]" | "}" => {
            depth += 1;
            false
        }
        "(" | "[" | "{" if depth > 0 => {
            depth -= 1;
            false
        }
        "{" | ";" => depth == 0,
        _ => false,
    };
    let start = tokens.iter().enumerate().take(within).rev().find(begins).map_or(0, |(at, _)| at + 1);
    let mut depth = 0_usize;
    let ends = |(_, token): &(usize, &Token)| match token.text.as_str() {
        "(" | "[" | "{" => {
            depth += 1;
            false
        }
        ")" | "]" | "}" if depth > 0 => {
            depth -= 1;
            false
        }
        ")" | "]" | "}" | ";" => depth == 0,
        _ => false,
    };
    let end = tokens.iter().enumerate().skip(start).find(ends);
    start..end.map_or(tokens.len(), |(at, token)| at + usize::from(token.is(";")))
}
