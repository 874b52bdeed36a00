//! The messages of the host as they come and go, and the log; exported names are the guest's own to define.
#![allow(unsafe_code, reason = "the imported log function is an unsafe matter")]

use std::cell::RefCell;

use crate::codec::{self, Malformed, Message};
use crate::frames::{INBOX_BYTES_KEPT, Step};

thread_local! {
    /// What the host wrote, until the message is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What the host reads, until the next call.
    static OUTBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The level of a line that reports a bug of ours.
const PANIC: u32 = 5;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "callbox")]
unsafe extern "C" {
    #[link_name = "log"]
    fn host_log(level: u32, text: *const u8, len: usize);
}

/// Hands one line of console output to the host.
pub fn log(level: u32, text: &str) {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(level, text.as_ptr(), text.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (level, text);
}

/// Ends the guest because of a bug in it or in the engine, and says so.
pub fn bug(what: &str) -> ! {
    log(PANIC, what);
    std::process::abort()
}

/// Reports panics as bugs, from now on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| panicked(&panic_text(panic))));
}

/// What a panic says and where, without the folders of the machine that built the engine.
fn panic_text(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let what = panic.payload_as_str().unwrap_or("a panic without a message");
    let Some(at) = panic.location() else { return what.to_owned() };
    let file = at.file().rsplit('/').next().unwrap_or_default();
    format!("{what} ({file}:{})", at.line())
}

fn panicked(what: &str) {
    // A length that no address can reach is a want of memory like any other, but an engine and the
    // standard library panic at it.
    if what.contains("overflow during string allocation") || what.contains("capacity overflow") {
        want_all_memory();
    }
    bug(what)
}

/// Asks for more than there can be, so that the host's memory limit sees it and names itself.
pub fn want_all_memory() {
    #[cfg(target_arch = "wasm32")]
    if std::arch::wasm32::memory_grow::<0>(PAGES_MAX) == usize::MAX {
        std::process::abort();
    }
}

/// 4 GiB in pages of 64 KiB: never granted beside what is there.
#[cfg(target_arch = "wasm32")]
const PAGES_MAX: usize = 1 << 16;

/// Room for a message of `len` bytes. Room for a small one ([`INBOX_BYTES_KEPT`]) stays where it is
/// for every small message after it.
pub fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len.max(INBOX_BYTES_KEPT)];
        inbox.as_mut_ptr()
    })
}

/// Reads the message of `len` bytes that was written where [`alloc`] said, and leaves the answer of `take` for the
/// host: where its bytes lie, and their number.
pub fn step<M: Message>(len: usize, take: impl FnOnce(M) -> Option<Step>) -> u64 {
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

/// The bytes of a large message are let go before it is acted on, so that a large result is held once.
fn read<M: Message>(inbox: &mut Vec<u8>, len: usize) -> Result<M, Malformed> {
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
