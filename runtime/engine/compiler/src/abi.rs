//! The exports and the import of the compiler guest, and all of its `unsafe` code.
#![allow(unsafe_code, reason = "exported names and the imported log function need `unsafe`")]

use std::cell::RefCell;

use crate::codec::{self, INBOX_BYTES_KEPT};
use crate::compile::Compile;
use crate::{panics, script};

thread_local! {
    /// The message from the host, until it is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The answer for the host.
    static OUTBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Log level of a line that reports a bug in callbox.
const PANIC: u32 = 5;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "callbox")]
unsafe extern "C" {
    #[link_name = "log"]
    fn host_log(level: u32, text: *const u8, len: usize);
}

/// Reports a bug in the compiler and aborts.
fn bug(what: &str) -> ! {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(PANIC, what.as_ptr(), what.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (PANIC, what);
    std::process::abort()
}

/// A script with most of the syntax that scripts use, so that everything the compiler initialises once is in the frozen
/// memory.
const WARM_UP: &str = "enum E { A } interface I { a: string }\n\
    const { a, b = 1 } = await tools.x.y({ [`${E.A}`]: /a/u }) as I;\n\
    for (const x of [a, b]) { try { class C { constructor(private n: number) {} } } catch { throw x } }\n\
    return ((x?: number): unknown => x ?? null)(2)";

/// Prepares everything that does not depend on a script.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    std::panic::set_hook(Box::new(|panic| panicked(&panics::text(panic))));
    if script::compile(WARM_UP, u32::MAX).javascript.is_none() {
        bug("the compiler does not compile its first script");
    }
}

fn panicked(what: &str) {
    if panics::is_out_of_memory(what) {
        want_all_memory();
    }
    bug(what)
}

/// Requests more memory than can exist, so that the host reports its memory limit.
fn want_all_memory() {
    #[cfg(target_arch = "wasm32")]
    if std::arch::wasm32::memory_grow::<0>(PAGES_MAX) == usize::MAX {
        std::process::abort();
    }
}

/// 4 GiB in pages of 64 KiB, which can never be granted on top of existing memory.
#[cfg(target_arch = "wasm32")]
const PAGES_MAX: usize = 1 << 16;

/// Returns a buffer for a message of `len` bytes. The buffer for small messages ([`INBOX_BYTES_KEPT`]) does not move.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len.max(INBOX_BYTES_KEPT)];
        inbox.as_mut_ptr()
    })
}

/// Answers the `Compile` message of `len` bytes in the buffer from `alloc` with a `Compiled` message.
#[unsafe(no_mangle)]
pub extern "C" fn compile(len: usize) -> u64 {
    let message = INBOX.with_borrow(|inbox| codec::decode(inbox.get(..len).unwrap_or_default()));
    match message {
        Ok(Compile { nesting_max, text }) => post(codec::encode(&script::compile(&text, nesting_max))),
        Err(malformed) => bug(&malformed.to_string()),
    }
}

/// Keeps `bytes` for the host, and returns their address and length.
fn post(bytes: Vec<u8>) -> u64 {
    let place = (bytes.as_ptr() as u64) << 32 | bytes.len() as u64;
    OUTBOX.set(bytes);
    place
}
