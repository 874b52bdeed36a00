//! Makes a process die with the one that starts it, however that one ends. Linux only.
#![allow(unsafe_code, reason = "Rust cannot check what a child does between `fork` and `exec`")]

use std::io::{Error, ErrorKind};

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
use tokio::process::Command;

/// Has the process of `command` killed when the thread that starts it ends, so that thread must live as long as this
/// process does. Processes that it starts in turn are not killed; they only see their input close.
pub(super) fn dies_with_us(command: &mut Command) {
    let us = getpid();
    let ask = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // If this process has died already, the signal will not be sent any more.
        if getppid() == Some(us) { Ok(()) } else { Err(Error::from(ErrorKind::Interrupted)) }
    };
    // SAFETY: between `fork` and `exec` only async-signal-safe operations are allowed. `ask` makes two bare system
    // calls, and its errors hold a number or a kind, so nothing is allocated and no lock is taken.
    unsafe { command.pre_exec(ask) };
}
