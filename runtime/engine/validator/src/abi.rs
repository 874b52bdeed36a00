//! The exports and the import of the validator guest, and all of its `unsafe` code.
#![allow(unsafe_code, reason = "exported names and the imported log function need `unsafe`")]

use std::cell::RefCell;

use crate::panics;
use crate::question::{self, Checked};

thread_local! {
    /// The message from the host, until it is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The answer for the host, until the next call.
    static OUTBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The value that failed the check.
    static CHECKED: RefCell<Option<Checked>> = const { RefCell::new(None) };
}

/// Log level of a line that reports a bug in callbox.
const PANIC: u32 = 5;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "callbox")]
unsafe extern "C" {
    #[link_name = "log"]
    fn host_log(level: u32, text: *const u8, len: usize);
}

fn log(level: u32, text: &str) {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(level, text.as_ptr(), text.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (level, text);
}

/// Prepares everything that does not depend on a question.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    std::panic::set_hook(Box::new(|panic| panicked(&panics::text(panic))));
    question::warm_up();
}

/// Logs a panic and aborts. The host takes an abort without a log line for memory that ran out.
fn panicked(what: &str) {
    if !panics::is_out_of_memory(what) {
        log(PANIC, what);
    }
    std::process::abort()
}

/// Returns a buffer for a message of `len` bytes, valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len];
        inbox.as_mut_ptr()
    })
}

/// Answers the question of `len` bytes in the buffer from `alloc` with a verdict.
#[unsafe(no_mangle)]
pub extern "C" fn check(len: usize) -> u64 {
    let mut message = INBOX.take();
    message.truncate(len);
    let (verdict, checked) = question::check(message);
    CHECKED.set(checked);
    post(verdict.encode())
}

/// Describes the first error in the value; empty if none is found.
#[unsafe(no_mangle)]
pub extern "C" fn first(_len: usize) -> u64 {
    say(Checked::first)
}

/// Describes the first few errors in the value and counts the rest.
#[unsafe(no_mangle)]
pub extern "C" fn all(_len: usize) -> u64 {
    say(Checked::all)
}

fn say(what: impl FnOnce(&mut Checked) -> Option<String>) -> u64 {
    let said = CHECKED.with_borrow_mut(|checked| checked.as_mut().and_then(what));
    post(said.unwrap_or_default().into_bytes())
}

/// Keeps `bytes` for the host, and returns their address and length.
fn post(bytes: Vec<u8>) -> u64 {
    let place = (bytes.as_ptr() as u64) << 32 | bytes.len() as u64;
    OUTBOX.set(bytes);
    place
}
