//! The engine guest on boa. It knows no host and no protocol.
//!
//! The host freezes an instance after `boot`, so every run begins with a finished realm. What is
//! imported from outside is the log function and whatever of `wasi_snapshot_preview1` the standard
//! library and boa's crates link: `random_get` (hash keys at boot, and the stock `Math.random` of a
//! realm that a conformance test makes), `fd_write` and `environ_get`, `environ_sizes_get` (what the
//! standard library prints when memory runs out), `clock_time_get`, `poll_oneoff`, `sched_yield` and
//! `proc_exit` (`Atomics.wait` and exits; none does anything for a script).

mod abi;
mod boot;
mod conformance;
mod engine;
mod hooks;
mod jobs;
mod json;
mod shelf;
mod value;
