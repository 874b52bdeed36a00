//! The engine guest based on QuickJS-ng. Independent of the host and of any protocol.
//!
//! The host freezes an instance after `boot`, so every run begins with a finished realm. The C code can reach the
//! system only through `wasi_snapshot_preview1`, and uses nothing of it while a script runs: the time is the run's
//! ([`clock`]).

mod abi;
mod boot;
mod clock;
mod conformance;
mod engine;
mod json;
mod namespace;
mod sys;
mod value;
