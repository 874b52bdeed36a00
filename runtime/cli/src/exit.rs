//! The exit codes of the program.

use callbox::End;

/// The exit codes: a stable contract with scripts that call `callbox`.
///
/// | code | meaning |
/// |---|---|
/// | 0 | the script returned, or the command did what it was asked |
/// | 1 | the script threw, or the tool failed |
/// | 2 | wrong usage or configuration, or the script does not compile |
/// | 3 | stopped by a limit, or cancelled |
/// | 4 | a required server cannot be reached |
/// | 5 | a bug in callbox, or a machine that cannot run it |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ExitCode {
    Returned = 0,
    Threw = 1,
    Usage = 2,
    Stopped = 3,
    Unreachable = 4,
    Bug = 5,
}

/// The table above, for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  the script returned, or the command did what it was asked
  1  the script threw, or the tool failed
  2  wrong usage or configuration, or the script does not compile
  3  stopped by a limit, or cancelled
  4  a required server cannot be reached
  5  a bug in callbox, or a machine that cannot run it";

impl From<&End> for ExitCode {
    fn from(end: &End) -> Self {
        match end {
            End::Returned(_) => Self::Returned,
            End::Threw(_) => Self::Threw,
            End::Stopped(_) => Self::Stopped,
            End::Rejected(_) => Self::Usage,
            End::Faulted(_) => Self::Bug,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use callbox::{Returned, Stopped, outcome::Thrown};

    use super::*;

    #[test]
    fn each_end_has_its_code() {
        let returned = Returned::whole(1.into());
        assert_eq!(ExitCode::from(&End::Returned(returned)) as u8, 0);
        assert_eq!(ExitCode::from(&End::Threw(Thrown::default())) as u8, 1);
        assert_eq!(ExitCode::from(&End::Rejected(Vec::new())) as u8, 2);
        assert_eq!(ExitCode::from(&End::Stopped(Stopped::Cancelled)) as u8, 3);
        assert_eq!(ExitCode::from(&End::Faulted(String::new())) as u8, 5);
    }

    #[test]
    fn help_says_what_the_doc_comment_says() {
        let source = include_str!("exit.rs");
        for line in HELP.lines().skip(1) {
            let (code, meaning) = line.trim().split_once("  ").expect("a code and its meaning");
            assert!(source.contains(&format!("/// | {code} | {meaning} |")), "{line}");
        }
    }
}
