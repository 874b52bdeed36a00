//! The engine guest based on boa. Independent of the host and of any protocol.
//!
//! The host freezes an instance after `boot`, so every run begins with a finished realm. The imports are the log
//! function and the parts of `wasi_snapshot_preview1` that the standard library and boa's crates link: `random_get`
//! (hash keys at boot, and boa's own `Math.random` in a realm created by a conformance test), `fd_write`, `environ_get`
//! and `environ_sizes_get` (the standard library's message when memory runs out), `clock_time_get`, `poll_oneoff`,
//! `sched_yield` and `proc_exit` (`Atomics.wait` and exits; none does anything for a script).

mod abi;
mod boot;
mod conformance;
mod engine;
mod hooks;
mod jobs;
mod json;
mod namespace;
mod value;
