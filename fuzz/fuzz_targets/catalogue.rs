//! Renders any JSON as a catalogue: the declarations must parse and contain nothing smuggled in.
//!
//! With `cargo install cargo-fuzz --locked` and the stable compiler, in the repository root:
//!
//! ```sh
//! mkdir -p fuzz/corpus/catalogue
//! RUSTC_BOOTSTRAP=1 cargo fuzz run -s none catalogue fuzz/corpus/catalogue fuzz/seeds/catalogue -- \
//!     -dict=fuzz/keywords.dict -max_len=4096 -timeout=20 -max_total_time=300
//! ```
//!
//! The seeds are the tools of the golden cases in `bindings/stubs/tests/goldens`. The same body runs on
//! generated catalogues in `tests/rendering`.

#![no_main]

use callbox_rendering_tests as inert;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(json) = serde_json::from_slice(bytes) {
        inert::check(&inert::servers(&json));
    }
});
