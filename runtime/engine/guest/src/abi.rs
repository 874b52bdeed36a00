//! Passes messages between host and guest, and log lines to the host. Each guest defines its own exports.
#![allow(unsafe_code, reason = "the imported log function needs `unsafe`")]

use std::cell::RefCell;

use serde::de::DeserializeOwned;

use crate::codec::{self, INBOX_BYTES_KEPT, Malformed};
use crate::frames::Step;
use crate::panics;

thread_local! {
    /// The message from the host, until it is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The answer for the host, until the next call.
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

/// Sends one line of console output to the host.
pub fn log(level: u32, text: &str) {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(level, text.as_ptr(), text.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (level, text);
}

/// Reports a bug in the guest or the engine and aborts.
pub fn bug(what: &str) -> ! {
    log(PANIC, what);
    std::process::abort()
}

/// Installs a panic hook that reports panics as bugs.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| panicked(&panics::text(panic))));
}

fn panicked(what: &str) {
    if panics::is_out_of_memory(what) {
        want_all_memory();
    }
    bug(what)
}

/// Requests more memory than can exist, so that the host reports its memory limit.
pub fn want_all_memory() {
    #[cfg(target_arch = "wasm32")]
    if std::arch::wasm32::memory_grow::<0>(PAGES_MAX) == usize::MAX {
        std::process::abort();
    }
}

/// 4 GiB in pages of 64 KiB, which can never be granted on top of existing memory.
#[cfg(target_arch = "wasm32")]
const PAGES_MAX: usize = 1 << 16;

/// Returns a buffer for a message of `len` bytes. The buffer for small messages ([`INBOX_BYTES_KEPT`]) stays in place
/// for all later small messages.
pub fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len.max(INBOX_BYTES_KEPT)];
        inbox.as_mut_ptr()
    })
}

/// Passes the message of `len` bytes in the buffer from [`alloc`] to `take`, keeps the answer for the host, and returns
/// the answer's address and length.
pub fn step<M: DeserializeOwned>(len: usize, take: impl FnOnce(M) -> Option<Step>) -> u64 {
    OUTBOX.take();
    let message = match INBOX.with_borrow_mut(|inbox| read(inbox, len)) {
        Ok(message) => message,
        Err(malformed) => bug(&malformed.to_string()),
    };
    match take(message) {
        Some(step) => post(codec::encode(&step)),
        None => bug("the guest was never booted"),
    }
}

/// Decodes a message, and frees the bytes of a large one, so that only one copy of a large result is in memory.
fn read<M: DeserializeOwned>(inbox: &mut Vec<u8>, len: usize) -> Result<M, Malformed> {
    let message = codec::decode(inbox.get(..len).unwrap_or_default());
    if len > INBOX_BYTES_KEPT {
        inbox.clear();
        inbox.shrink_to_fit();
    }
    message
}

fn post(bytes: Vec<u8>) -> u64 {
    let place = (bytes.as_ptr() as u64) << 32 | bytes.len() as u64;
    OUTBOX.set(bytes);
    place
}
