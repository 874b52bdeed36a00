//! Asks the TypeScript compiler which values a type allows, with many questions in one run.
//!
//! Values are compared by their exact types, so that no literal is widened and none is fresh: an undeclared property is
//! not a reason for rejection. The compiler also rejects an object that has no property in common with a type whose
//! properties are all optional; like the check of fresh literals, that is meant to catch misspelt names. Hence every
//! object here carries a mark, and [`OPEN`] allows it in every object type. Values of other kinds are compared with the
//! unchanged type.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

const OPEN: &str = r#"
type Marked = { "callbox mark"?: never };
type Open<T> =
  T extends Function ? T :
  T extends readonly unknown[] ? { [K in keyof T]: Open<T[K]> } :
  T extends object ? { [K in keyof T]: Open<T[K]> } & Marked : T;
type OpenAbove<T, Levels extends 0[] = [0, 0, 0]> =
  Levels extends [0, ...infer Fewer extends 0[]] ?
    T extends Function ? T :
    T extends readonly unknown[] ? { [K in keyof T]: OpenAbove<T[K], Fewer> } :
    T extends object ? { [K in keyof T]: OpenAbove<T[K], Fewer> } & Marked : T :
  T;
"#;

/// Start of a question that asks for the type with [`OPEN`]; it ends with `>);`.
const OPENED: &str = "Open<";

/// Returns the compiler, or prints why the test is skipped.
pub(crate) fn installed() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(|target| target.join("test-servers"));
    let folder = env::var_os("CALLBOX_TEST_SERVERS").map(PathBuf::from).or(default)?;
    let compiler = folder.join("node_modules/.bin/tsc");
    if compiler.is_file() {
        return Some(compiler);
    }
    assert!(env::var_os("CI").is_none(), "CI is set and there is no TypeScript compiler in `{}`", folder.display());
    eprintln!("skipped: no TypeScript compiler in `{}`; run tests/setup/install-servers.sh", folder.display());
    None
}

/// Declarations and questions about them.
pub(crate) struct Program {
    text: String,
    lines: usize,
    questions: Vec<usize>,
}

impl Program {
    pub(crate) fn of(declarations: &str) -> Program {
        let text = format!("export {{}};\n{OPEN}\n{declarations}\n");
        Program { lines: text.matches('\n').count(), text, questions: Vec::new() }
    }

    /// Asks whether the type allows the value, whatever other properties its objects have.
    pub(crate) fn ask(&mut self, wanted: &str, value: &Value) -> usize {
        let mut exact = String::new();
        write_type(value, &mut exact);
        self.question(&format!("void (null! as {exact} satisfies {OPENED}{wanted}>);"))
    }

    /// Asks whether the type allows the value when written out in a program.
    pub(crate) fn ask_literal(&mut self, wanted: &str, value: &Value) -> usize {
        let mut literal = String::new();
        write_literal(value, &mut literal);
        let index = self.questions.len();
        self.question(&format!("const question{index}: {wanted} = {literal};"))
    }

    fn question(&mut self, line: &str) -> usize {
        assert!(!line.contains('\n'), "{line}");
        self.lines += 1;
        self.text.push_str(line);
        self.text.push('\n');
        self.questions.push(self.lines);
        self.questions.len() - 1
    }

    /// Returns the questions that the compiler answered with no. Errors anywhere else are bugs in the tests.
    ///
    /// For a type that contains itself through arrays, `Open` may be infinite; it then opens only what is near the top.
    pub(crate) fn refused(&self, compiler: &Path, name: &str) -> Result<BTreeSet<usize>, Box<dyn Error>> {
        let endless = |error: &&(usize, String)| error.1.contains("TS2589");
        let errors = self.errors(&self.text, compiler, name)?;
        let lines: BTreeSet<usize> = errors.iter().filter(endless).map(|error| error.0).collect();
        if lines.is_empty() {
            return self.questions_at(&errors);
        }
        let numbered = || self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        // The compiler reports this only for the first question about a type.
        let types: BTreeSet<&str> =
            numbered().filter(|(number, _)| lines.contains(number)).filter_map(|(_, line)| opened(line)).collect();
        let reopened = |(_, line): (usize, &str)| match opened(line).filter(|wanted| types.contains(wanted)) {
            Some(wanted) => {
                format!("{}\n", line.replace(&format!("{OPENED}{wanted}>);"), &format!("OpenAbove<{wanted}>);")))
            }
            None => format!("{line}\n"),
        };
        let text: String = numbered().map(reopened).collect();
        self.questions_at(&self.errors(&text, compiler, name)?)
    }

    fn questions_at(&self, errors: &[(usize, String)]) -> Result<BTreeSet<usize>, Box<dyn Error>> {
        let question = |(line, message): &(usize, String)| -> Result<usize, Box<dyn Error>> {
            Ok(self.questions.binary_search(line).map_err(|_| message.clone())?)
        };
        errors.iter().map(question).collect()
    }

    /// Returns the lines with errors, and each error.
    fn errors(&self, text: &str, compiler: &Path, name: &str) -> Result<Vec<(usize, String)>, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("program.ts"), text)?;
        let output = Command::new(compiler)
            .args(["--strict", "--noEmit", "--pretty", "false", "--target", "es2023", "--types", "", "program.ts"])
            .current_dir(&folder)
            .output()?;
        let said = String::from_utf8(output.stdout)?;
        let mut errors = Vec::new();
        for line in said.lines().filter(|line| line.starts_with("program.ts(") || line.starts_with("error")) {
            let place = line.strip_prefix("program.ts(").and_then(|rest| rest.split_once(','));
            let place = place.ok_or_else(|| line.to_owned())?.0.parse()?;
            errors.push((place, format!("{}: {line}", folder.display())));
        }
        assert_eq!(output.status.success(), errors.is_empty(), "{said}");
        Ok(errors)
    }
}

/// Returns the type that a question asks for with [`OPEN`].
fn opened(line: &str) -> Option<&str> {
    line.rsplit_once(&format!(" satisfies {OPENED}"))?.1.strip_suffix(">);")
}

/// Writes the type of exactly this value.
fn write_type(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => write_list(items, out, write_type),
        Value::Object(fields) => {
            out.push_str("{ \"callbox mark\": never");
            for (name, field) in fields {
                out.push_str("; ");
                write_string(name, out);
                out.push_str(": ");
                write_type(field, out);
            }
            out.push_str(" }");
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_literal(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => write_list(items, out, write_literal),
        Value::Object(fields) => {
            out.push_str("{ ");
            for (name, field) in fields {
                // Without brackets, `__proto__` would not be a property.
                out.push('[');
                write_string(name, out);
                out.push_str("]: ");
                write_literal(field, out);
                out.push_str(", ");
            }
            out.push('}');
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_list(items: &[Value], out: &mut String, write: fn(&Value, &mut String)) {
    out.push('[');
    for item in items {
        write(item, out);
        out.push_str(", ");
    }
    out.push(']');
}

fn write_scalar(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => write_string(text, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for unit in text.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(char) if char.is_ascii_alphanumeric() || " _-./:".contains(char) => out.push(char),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out.push('"');
}
