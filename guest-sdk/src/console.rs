//! The script's logs: `log!` and its siblings write one line per call. They are not part of the result.

use std::fmt;

use crate::bindings::callbox::script::console;

pub use console::Level;

/// Writes one log entry.
pub fn write(level: Level, text: fmt::Arguments<'_>) {
    console::log(level, &text.to_string());
}

/// Writes to the logs at the level `log`, with the arguments of [`format!`].
#[macro_export]
macro_rules! log {
    ($($argument:tt)*) => { $crate::__private::write($crate::__private::Level::Log, ::core::format_args!($($argument)*)) };
}

/// Writes to the logs at the level `debug`, with the arguments of [`format!`].
#[macro_export]
macro_rules! debug {
    ($($argument:tt)*) => { $crate::__private::write($crate::__private::Level::Debug, ::core::format_args!($($argument)*)) };
}

/// Writes to the logs at the level `info`, with the arguments of [`format!`].
#[macro_export]
macro_rules! info {
    ($($argument:tt)*) => { $crate::__private::write($crate::__private::Level::Info, ::core::format_args!($($argument)*)) };
}

/// Writes to the logs at the level `warn`, with the arguments of [`format!`].
#[macro_export]
macro_rules! warn {
    ($($argument:tt)*) => { $crate::__private::write($crate::__private::Level::Warn, ::core::format_args!($($argument)*)) };
}

/// Writes to the logs at the level `error`, with the arguments of [`format!`].
#[macro_export]
macro_rules! error {
    ($($argument:tt)*) => { $crate::__private::write($crate::__private::Level::Error, ::core::format_args!($($argument)*)) };
}
