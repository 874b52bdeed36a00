//! Lets a process end with the one that starts it, however that one ends. Linux alone has this.
#![allow(unsafe_code, reason = "what a child does between `fork` and `exec` is outside what Rust can check")]

use std::io::{Error, ErrorKind};

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
use tokio::process::Command;

/// The process of `command` is killed when the thread that starts it ends, so that one has to live as long as its
/// process does. What the process itself starts is not killed; it only finds its input at an end.
pub(super) fn dies_with_us(command: &mut Command) {
    let us = getpid();
    let ask = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // Had we died before, nobody would send the signal any more.
        if getppid() == Some(us) { Ok(()) } else { Err(Error::from(ErrorKind::Interrupted)) }
    };
    // SAFETY: between `fork` and `exec` only what is async-signal-safe may be done. `ask` makes two bare system calls,
    // and its errors hold a number or a kind, so that nothing is allocated and no lock is taken.
    unsafe { command.pre_exec(ask) };
}
