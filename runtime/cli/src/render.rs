//! Renders results and errors as text for humans; makes no decisions. Results go to standard output, everything else to
//! standard error.

mod call;
mod diagnostic;
mod excerpt;
mod failure;
mod lines;
mod outcome;
mod server;
mod stream;
mod thrown;
mod trace;

pub(crate) use diagnostic::diagnostics;
pub(crate) use excerpt::{Canvas, ScriptText};
pub(crate) use failure::{error, error_json, failure_lines};
pub(crate) use outcome::{ending, value};
pub(crate) use server::{first_line, server_lines};
pub(crate) use stream::{print, print_json, tell};
pub(crate) use thrown::tool_error;
pub(crate) use trace::Live;
