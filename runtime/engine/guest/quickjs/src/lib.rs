//! The engine guest on QuickJS-ng. It knows no host and no protocol.
//!
//! The host freezes an instance after `boot`, so every run begins with a finished realm. The C code reaches the machine
//! through `wasi_snapshot_preview1` alone, of which it uses nothing while a script runs: the time is the run's
//! ([`clock`]).

mod abi;
mod boot;
mod clock;
mod conformance;
mod engine;
mod json;
mod shelf;
mod sys;
mod value;
